/* The words for the patient: one table a language, more can be added. A sentence may hold one time, as %s. */
#include "soothe/status.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum language { ENGLISH, GERMAN, LANGUAGES };

static const char *const codes[LANGUAGES] = {[ENGLISH] = "en", [GERMAN] = "de"};

static const char *const states[LANGUAGES][STATE_COUNT] = {
    [ENGLISH] = {[STATE_WAITING] = "No plan is active.",
                 [STATE_RESTING] = "Resting. The next session is at %s.",
                 [STATE_DUE] = "A session is due.",
                 [STATE_ARMING] = "The pad is being checked before the session.",
                 [STATE_RUNNING] = "A session is running, until %s at the latest.",
                 [STATE_PAUSED] = "Paused.",
                 [STATE_STOPPED] = "Stopped.",
                 [STATE_TRIPPED] = "Switched off for safety.",
                 [STATE_LOCKED] = "Locked for safety.",
                 [STATE_COMPLETE] = "The treatment plan is complete."       },
    [GERMAN] = {[STATE_WAITING] = "Es läuft kein Plan.",
                 [STATE_RESTING] = "Pause. Die nächste Anwendung ist um %s.",
                 [STATE_DUE] = "Eine Anwendung steht an.",
                 [STATE_ARMING] = "Das Kissen wird vor der Anwendung geprüft.",
                 [STATE_RUNNING] = "Eine Anwendung läuft, längstens bis %s.",
                 [STATE_PAUSED] = "Angehalten.",
                 [STATE_STOPPED] = "Gestoppt.",
                 [STATE_TRIPPED] = "Zur Sicherheit abgeschaltet.",
                 [STATE_LOCKED] = "Zur Sicherheit gesperrt.",
                 [STATE_COMPLETE] = "Der Behandlungsplan ist abgeschlossen."},
};

/* What happened, told behind the state. */
static const char *const english_happened[FAULT_COUNT] = {
    [FAULT_STORE_LOST] = "The record of the treatment was damaged.",
    [FAULT_BOTH_ON] = "Heat and cold were on together.",
    [FAULT_READBACK] = "One of the pad's outputs does not do what it is told.",
    [FAULT_HEAT_WHEN_OFF] = "The pad had power, or went on heating or cooling, while it was switched off.",
    [FAULT_WRONG_WAY] = "The pad got warmer while cooling, or colder while heating.",
    [FAULT_SUPPLY_COLLAPSE] = "Three times in a row the power failed as soon as the pad was switched on.",
    [FAULT_DEAD_MAN] = "The switch that cuts the pad off when the computer hangs no longer opens.",
    [FAULT_SENSOR_OPEN] = "A temperature sensor is unplugged, or its wire broke.",
    [FAULT_SENSOR_SHORT] = "A temperature sensor has a short circuit.",
    [FAULT_SENSOR_ERROR] = "The sensor board answers with errors.",
    [FAULT_SENSOR_STALE] = "The sensor board went silent.",
    [FAULT_SENSOR_IMPLAUSIBLE] = "A temperature sensor says what cannot be.",
    [FAULT_SENSOR_STUCK] = "A temperature sensor says the same whatever happens.",
    [FAULT_SENSOR_JUMP] = "A temperature jumped faster than a pad can.",
    [FAULT_SENSOR_DISAGREE] = "The temperature sensors of the pad are far apart.",
    [FAULT_TOO_HOT] = "The pad was too hot.",
    [FAULT_TOO_COLD] = "The pad was too cold.",
    [FAULT_HOT_SIDE] = "The cooler's hot side was too hot.",
    [FAULT_NO_RESPONSE] = "The pad had power, but its temperature did not follow.",
    [FAULT_LOST_BAND] = "The pad could not hold its temperature at full power.",
    [FAULT_LATE_TICK] = "The computer was too slow to watch the pad.",
};

static const char *const german_happened[FAULT_COUNT] = {
    [FAULT_STORE_LOST] = "Die Aufzeichnung der Behandlung war beschädigt.",
    [FAULT_BOTH_ON] = "Wärme und Kälte waren zugleich an.",
    [FAULT_READBACK] = "Ein Ausgang für das Kissen gehorcht nicht.",
    [FAULT_HEAT_WHEN_OFF] = "Das Kissen hatte Strom, oder heizte oder kühlte weiter, obwohl es ausgeschaltet war.",
    [FAULT_WRONG_WAY] = "Das Kissen wurde beim Kühlen wärmer oder beim Heizen kälter.",
    [FAULT_SUPPLY_COLLAPSE] = "Dreimal nacheinander fiel der Strom aus, kaum dass das Kissen eingeschaltet war.",
    [FAULT_DEAD_MAN] = "Der Schalter, der das Kissen trennt, wenn der Rechner hängt, öffnet nicht mehr.",
    [FAULT_SENSOR_OPEN] = "Ein Temperaturfühler ist ausgesteckt, oder sein Draht ist gebrochen.",
    [FAULT_SENSOR_SHORT] = "Ein Temperaturfühler hat einen Kurzschluss.",
    [FAULT_SENSOR_ERROR] = "Die Fühlerplatine antwortet mit Fehlern.",
    [FAULT_SENSOR_STALE] = "Die Fühlerplatine ist verstummt.",
    [FAULT_SENSOR_IMPLAUSIBLE] = "Ein Temperaturfühler meldet Unmögliches.",
    [FAULT_SENSOR_STUCK] = "Ein Temperaturfühler meldet immer dasselbe, was auch geschieht.",
    [FAULT_SENSOR_JUMP] = "Eine Temperatur sprang schneller, als ein Kissen es kann.",
    [FAULT_SENSOR_DISAGREE] = "Die Temperaturfühler des Kissens liegen weit auseinander.",
    [FAULT_TOO_HOT] = "Das Kissen war zu heiß.",
    [FAULT_TOO_COLD] = "Das Kissen war zu kalt.",
    [FAULT_HOT_SIDE] = "Die heiße Seite des Kühlers war zu heiß.",
    [FAULT_NO_RESPONSE] = "Das Kissen hatte Strom, aber seine Temperatur folgte nicht.",
    [FAULT_LOST_BAND] = "Das Kissen konnte seine Temperatur bei voller Leistung nicht halten.",
    [FAULT_LATE_TICK] = "Der Rechner war zu langsam, um das Kissen zu überwachen.",
};

/* What to do. */
static const char *const english_remedy[FAULT_COUNT] = {
    [FAULT_STORE_LOST] = "Run `soothe ack`, then `soothe start --injured-at` with the time of the injury.",
    [FAULT_BOTH_ON] = "Unplug the pad now, and have its wiring checked.",
    [FAULT_READBACK] = "Unplug the pad now, and have its wiring checked.",
    [FAULT_HEAT_WHEN_OFF] =
        "Unplug the pad now and take it off. Its switch does not open: have it replaced before you plug it in again.",
    [FAULT_WRONG_WAY] =
        "Unplug the pad now. The cooler is connected the wrong way round, or the wires of heat and cold are crossed.",
    [FAULT_SUPPLY_COLLAPSE] = "Unplug the pad. Its power supply is too weak or a cable has a short: have both checked.",
    [FAULT_DEAD_MAN] = "Unplug the pad now, and have the switch of the heartbeat line replaced.",
    [FAULT_SENSOR_OPEN] = "Check the plug and the cable of the temperature sensor.",
    [FAULT_SENSOR_SHORT] = "Check the cable of the temperature sensor for a short.",
    [FAULT_SENSOR_ERROR] = "Check the cable of the sensor board.",
    [FAULT_SENSOR_STALE] = "Check the cable of the sensor board.",
    [FAULT_SENSOR_IMPLAUSIBLE] = "Check `part` in the configuration.",
    [FAULT_SENSOR_STUCK] =
        "Check that the sensor is fixed to the pad, and its plug. If it comes again, have the sensor board replaced.",
    [FAULT_SENSOR_JUMP] = "Check the plug and the cable of the temperature sensor for a loose contact.",
    [FAULT_SENSOR_DISAGREE] = "Lay the pad flat, without a fold. Check that both sensors are fixed to it.",
    [FAULT_TOO_HOT] = "Take the pad off, look at the skin, and let the pad cool down.",
    [FAULT_TOO_COLD] = "Take the pad off, look at the skin, and let the pad warm up.",
    [FAULT_HOT_SIDE] = "Check the cooler's fan, and that nothing covers it.",
    [FAULT_NO_RESPONSE] = "Check the pad's plug and fuse, and that the sensor is fixed to the pad.",
    [FAULT_LOST_BAND] = "Check that the sensor is still fixed to the pad, and the pad's plug. Cover the pad.",
    [FAULT_LATE_TICK] = "Stop other programs on the computer.",
};

static const char *const german_remedy[FAULT_COUNT] = {
    [FAULT_STORE_LOST] = "Bitte `soothe ack`, dann `soothe start --injured-at` mit dem Zeitpunkt der Verletzung.",
    [FAULT_BOTH_ON] = "Kissen jetzt ausstecken und die Verdrahtung prüfen lassen.",
    [FAULT_READBACK] = "Kissen jetzt ausstecken und die Verdrahtung prüfen lassen.",
    [FAULT_HEAT_WHEN_OFF] =
        "Kissen jetzt ausstecken und abnehmen. Sein Schalter öffnet nicht: vor dem Wiedereinstecken ersetzen lassen.",
    [FAULT_WRONG_WAY] =
        "Kissen jetzt ausstecken. Der Kühler ist verpolt, oder die Drähte für Wärme und Kälte sind vertauscht.",
    [FAULT_SUPPLY_COLLAPSE] =
        "Kissen ausstecken. Sein Netzteil ist zu schwach oder ein Kabel hat einen Kurzschluss: prüfen lassen.",
    [FAULT_DEAD_MAN] = "Kissen jetzt ausstecken und den Schalter der Heartbeat-Leitung ersetzen lassen.",
    [FAULT_SENSOR_OPEN] = "Bitte Stecker und Kabel des Temperaturfühlers prüfen.",
    [FAULT_SENSOR_SHORT] = "Bitte das Kabel des Temperaturfühlers auf Kurzschluss prüfen.",
    [FAULT_SENSOR_ERROR] = "Bitte das Kabel der Fühlerplatine prüfen.",
    [FAULT_SENSOR_STALE] = "Bitte das Kabel der Fühlerplatine prüfen.",
    [FAULT_SENSOR_IMPLAUSIBLE] = "Bitte `part` in der Konfiguration prüfen.",
    [FAULT_SENSOR_STUCK] =
        "Bitte prüfen, ob der Fühler am Kissen sitzt, und seinen Stecker. Kommt es wieder, die Fühlerplatine ersetzen.",
    [FAULT_SENSOR_JUMP] = "Bitte Stecker und Kabel des Temperaturfühlers auf Wackelkontakt prüfen.",
    [FAULT_SENSOR_DISAGREE] = "Das Kissen flach und ohne Falte auflegen. Bitte prüfen, ob beide Fühler daran sitzen.",
    [FAULT_TOO_HOT] = "Kissen abnehmen, Haut ansehen, Kissen abkühlen lassen.",
    [FAULT_TOO_COLD] = "Kissen abnehmen, Haut ansehen, Kissen warm werden lassen.",
    [FAULT_HOT_SIDE] = "Bitte den Lüfter des Kühlers prüfen, und dass ihn nichts verdeckt.",
    [FAULT_NO_RESPONSE] = "Bitte Stecker und Sicherung des Kissens prüfen, und ob der Fühler am Kissen sitzt.",
    [FAULT_LOST_BAND] =
        "Bitte prüfen, ob der Fühler noch am Kissen sitzt, und den Stecker des Kissens. Kissen abdecken.",
    [FAULT_LATE_TICK] = "Andere Programme auf dem Rechner bitte beenden.",
};

static const char *const english_block[BLOCK_COUNT] = {
    [BLOCK_NOT_WIRED] = "Do the wiring check, then set pad.wired to true in the configuration.",
    [BLOCK_LINES] = "The GPIO lines of the pad cannot be had. `journalctl -u soothed` says why.",
    [BLOCK_STOPPED] = "Run `soothe resume`, or press the button, when you want to go on.",
    [BLOCK_PAUSED] = "Run `soothe resume`, or press the button, when you want to go on.",
    [BLOCK_STORAGE] = "The state cannot be stored. Make room on the card, or replace it.",
    [BLOCK_SENSOR_IMPLAUSIBLE] = "Off for an hour, the pad still seems too hot or too cold. Lay it in the shade at "
                                 "room temperature, or correct `part` in the configuration.",
    [BLOCK_CLOCK] = "The time is not certain. Connect the network, or run `soothe clock --confirm`.",
    [BLOCK_DOSE] = "Enough heat for today.",
    [BLOCK_DEAD_TIME] = "The pad may not switch on again yet. The session begins by itself in a moment.",
    [BLOCK_QUIET_HOURS] = "It is quiet time. The session begins when it is over.",
    [BLOCK_ARMING_FAILED] = "The check before the session failed. It is tried again every 10 minutes.",
    [BLOCK_NO_PLAN] = "Run `soothe start` to begin the treatment.",
};

static const char *const german_block[BLOCK_COUNT] = {
    [BLOCK_NOT_WIRED] = "Bitte die Verdrahtung prüfen und dann pad.wired auf true setzen.",
    [BLOCK_LINES] = "Die GPIO-Leitungen sind nicht verfügbar. `journalctl -u soothed` sagt, warum.",
    [BLOCK_STOPPED] = "Mit `soothe resume` oder dem Taster geht es weiter.",
    [BLOCK_PAUSED] = "Mit `soothe resume` oder dem Taster geht es weiter.",
    [BLOCK_STORAGE] = "Der Zustand lässt sich nicht speichern. Bitte Platz schaffen oder Karte tauschen.",
    [BLOCK_SENSOR_IMPLAUSIBLE] = "Seit einer Stunde aus, und das Kissen scheint zu heiß oder zu kalt. Bitte bei "
                                 "Zimmertemperatur lagern, oder `part` in der Konfiguration berichtigen.",
    [BLOCK_CLOCK] = "Die Uhrzeit ist unsicher. Netzwerk verbinden oder `soothe clock --confirm`.",
    [BLOCK_DOSE] = "Genug Wärme für heute.",
    [BLOCK_DEAD_TIME] = "Das Kissen darf noch nicht wieder einschalten. Es beginnt gleich von selbst.",
    [BLOCK_QUIET_HOURS] = "Es ist Ruhezeit. Die Anwendung beginnt danach.",
    [BLOCK_ARMING_FAILED] = "Die Prüfung vor der Anwendung misslang; alle 10 Minuten ein neuer Versuch.",
    [BLOCK_NO_PLAN] = "Mit `soothe start` beginnt die Behandlung.",
};

static const char *const *const fault_words[LANGUAGES] = {english_happened, german_happened};
static const char *const *const fault_advice[LANGUAGES] = {english_remedy, german_remedy};
static const char *const *const block_advice[LANGUAGES] = {english_block, german_block};

enum phrase {
    PHRASE_ACK,
    PHRASE_SELF_TEST,
    PHRASE_RESTING,
    PHRASE_LOST,
    PHRASE_WEAK,
    PHRASE_PUT_PAD_ON,
    PHRASE_PUT_ICE,
    PHRASE_PUT_HEAT,
    PHRASES
};

static const char *const phrases[LANGUAGES][PHRASES] = {
    [ENGLISH] = {[PHRASE_ACK] = " Then press the button for 5 s, or run `soothe ack`.",
                 [PHRASE_SELF_TEST] = "The check before switching on failed. ",
                 [PHRASE_RESTING] = "Resting.",
                 [PHRASE_LOST] = "The record was lost. Run `soothe start --injured-at` with the time of the injury.",
                 [PHRASE_WEAK] = "Three sessions in a row never reached the temperature: the pad is too weak or badly "
                                 "insulated. Cover it.",                                                [PHRASE_PUT_PAD_ON] = "Put the pad on, with a layer of cloth between it and the skin.",
                 [PHRASE_PUT_ICE] = "Put an ice pack on, wrapped in cloth, until %s.",
                 [PHRASE_PUT_HEAT] = "Put a heat pack on, wrapped in cloth, until %s." },
    [GERMAN] = {[PHRASE_ACK] = " Danach den Taster 5 s drücken oder `soothe ack`.",
                 [PHRASE_SELF_TEST] = "Die Prüfung vor dem Einschalten misslang. ",
                 [PHRASE_RESTING] = "Pause.",
                 [PHRASE_LOST] =
                    "Die Aufzeichnung ging verloren. Bitte `soothe start --injured-at` mit dem Zeitpunkt der "
                    "Verletzung.",                                                                                    [PHRASE_WEAK] = "Drei Anwendungen erreichten die Temperatur nicht: Das Kissen ist zu schwach oder "
                                "schlecht isoliert. Bitte abdecken.", [PHRASE_PUT_PAD_ON] = "Kissen auflegen, mit einer Lage Stoff zwischen Kissen und Haut.",
                 [PHRASE_PUT_ICE] = "Kühlpack auflegen, in Stoff gewickelt, bis %s.",
                 [PHRASE_PUT_HEAT] = "Wärmepack auflegen, in Stoff gewickelt, bis %s."},
};

static enum language language_of(const struct status *s)
{
    for (int i = 0; i < LANGUAGES; i++) {
        if (strcmp(codes[i], s->language) == 0) {
            return (enum language)i;
        }
    }
    return ENGLISH;
}

static void local_time(const struct status *s, int64_t plan_ms, char text[8])
{
    struct tm tm;
    time_t at = plan_ms == PLAN_NEVER ? 0 : (time_t)((plan_ms + s->wall_minus_plan_ms) / 1000);
    (void)snprintf(text, 8, "?");
    if (plan_ms != PLAN_NEVER && localtime_r(&at, &tm)) {
        (void)strftime(text, 8, "%H:%M", &tm);
    }
}

/* The tables' sentences have at most one %s; put_time is the only place that fills it in. */
static void put_time(const char *sentence, const char *time, char *text, size_t size)
{
    const char *mark = strstr(sentence, "%s");
    int before = mark ? (int)(mark - sentence) : (int)strlen(sentence);
    (void)snprintf(text, size, "%.*s%s%s", before, sentence, mark ? time : "", mark ? mark + 2 : "");
}

static void append(char *text, size_t size, const char *before, const char *sentence)
{
    size_t length = strlen(text);
    (void)snprintf(text + length, size - length, "%s%s", before, sentence);
}

/* A fault that arming left before the session's power-on is that of an earlier try: this one is not over. */
bool status_self_test_failed(const struct engine_status *e)
{
    bool in_session = e->state == STATE_ARMING && e->session_started_ms != PLAN_NEVER;
    return e->block == BLOCK_ARMING_FAILED || (in_session && e->arming_fault != FAULT_NONE);
}

/* The fault that people have to know of; FAULT_NONE: none. */
static enum fault fault_of(const struct engine_status *e)
{
    enum fault fault = e->trip == FAULT_NONE && status_self_test_failed(e) ? e->arming_fault : e->trip;
    return (unsigned)fault < FAULT_COUNT ? fault : FAULT_NONE;
}

void status_message(const struct status *s, char *text, size_t size)
{
    const struct engine_status *e = &s->engine;
    enum language language = language_of(s);
    const char *sentence = (unsigned)e->state < STATE_COUNT ? states[language][e->state] : "";
    enum fault fault = fault_of(e);
    char time[8];
    if (e->state == STATE_RESTING && e->next_ms == PLAN_NEVER) {
        sentence = phrases[language][PHRASE_RESTING];
    }
    local_time(s, e->state == STATE_RUNNING ? e->session_ends_ms : e->next_ms, time);
    put_time(sentence, time, text, size);
    if (fault != FAULT_NONE) {
        append(text, size, " ", fault_words[language][fault]);
    }
}

static const char *advice_of_session(const struct status *s, enum language language)
{
    if (!s->engine.remind) {
        return phrases[language][PHRASE_PUT_PAD_ON];
    }
    return phrases[language][s->engine.phase == PHASE_HEAT ? PHRASE_PUT_HEAT : PHRASE_PUT_ICE];
}

/* A lockout waits for a person: what to do comes first, how to acknowledge it last. */
static void advise_fault(const struct engine_status *e, enum language language, char *text, size_t size)
{
    const char *advice = fault_advice[language][fault_of(e)];
    (void)snprintf(text, size, "%s%s", e->trip == FAULT_NONE ? phrases[language][PHRASE_SELF_TEST] : "", advice);
    if (e->locked && !strstr(advice, "`soothe ack`")) {
        append(text, size, "", phrases[language][PHRASE_ACK]);
    }
}

static const char *advice_without_fault(const struct status *s, enum language language)
{
    const struct engine_status *e = &s->engine;
    if (e->state == STATE_RUNNING || e->state == STATE_ARMING) {
        return advice_of_session(s, language);
    }
    if (e->ask_injury) {
        return phrases[language][PHRASE_LOST];
    }
    if (e->weak) {
        return phrases[language][PHRASE_WEAK];
    }
    if (e->block == BLOCK_DEAD_TIME && e->state != STATE_DUE) {
        return NULL; /* over long before the session */
    }
    return (unsigned)e->block < BLOCK_COUNT && e->state != STATE_COMPLETE ? block_advice[language][e->block] : NULL;
}

void status_advice(const struct status *s, char *text, size_t size)
{
    enum language language = language_of(s);
    const char *sentence = NULL;
    char time[8];
    if (fault_of(&s->engine) != FAULT_NONE) {
        advise_fault(&s->engine, language, text, size);
        return;
    }
    sentence = advice_without_fault(s, language);
    local_time(s, s->engine.session_ends_ms, time);
    put_time(sentence ? sentence : "", time, text, size);
}

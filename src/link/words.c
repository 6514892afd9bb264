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
                 [STATE_TRIPPED] = "The pad was switched off for safety.",
                 [STATE_LOCKED] = "The pad is locked for safety.",
                 [STATE_COMPLETE] = "The treatment plan is complete."       },
    [GERMAN] = {[STATE_WAITING] = "Es läuft kein Plan.",
                 [STATE_RESTING] = "Pause. Die nächste Anwendung ist um %s.",
                 [STATE_DUE] = "Eine Anwendung steht an.",
                 [STATE_ARMING] = "Das Kissen wird vor der Anwendung geprüft.",
                 [STATE_RUNNING] = "Eine Anwendung läuft, längstens bis %s.",
                 [STATE_PAUSED] = "Angehalten.",
                 [STATE_STOPPED] = "Gestoppt.",
                 [STATE_TRIPPED] = "Das Kissen wurde zur Sicherheit abgeschaltet.",
                 [STATE_LOCKED] = "Das Kissen ist zur Sicherheit gesperrt.",
                 [STATE_COMPLETE] = "Der Behandlungsplan ist abgeschlossen."},
};

static const char *const fault_advice[LANGUAGES][FAULT_COUNT] = {
    [ENGLISH] = {[FAULT_STORE_LOST] = "The record of the treatment was damaged. Run `soothe ack`, then `soothe start "
                                      "--injured-at` with the time of the injury.",     [FAULT_BOTH_ON] = "Heat and cool were on together. Unplug the pad and have the wiring checked.",
                 [FAULT_READBACK] = "A pin does not do what it is told. Unplug the pad and have the wiring checked.",
                 [FAULT_SENSOR_OPEN] = "Check the plug and the cable of the temperature sensor.",
                 [FAULT_SENSOR_SHORT] = "Check the cable of the temperature sensor for a short.",
                 [FAULT_SENSOR_ERROR] = "The sensor board does not answer. Check its cable.",
                 [FAULT_SENSOR_STALE] = "The sensor board went silent. Check its cable.",
                 [FAULT_SENSOR_IMPLAUSIBLE] = "The sensor says what cannot be. Check `part` in the configuration.",
                 [FAULT_TOO_HOT] = "Take the pad off, look at the skin, and let the pad cool down.",
                 [FAULT_TOO_COLD] = "Take the pad off, look at the skin, and let the pad warm up.",
                 [FAULT_HOT_SIDE] = "The cooler's hot side is too hot. Check its fan.",
                 [FAULT_LATE_TICK] = "The computer is too slow or busy. Stop other programs on it."                 },
    [GERMAN] = {[FAULT_STORE_LOST] = "Die Aufzeichnung war beschädigt. Bitte `soothe ack`, dann `soothe start "
                                     "--injured-at` mit dem Zeitpunkt der Verletzung.", [FAULT_BOTH_ON] = "Wärme und Kälte waren zugleich an. Kissen ausstecken und Verdrahtung prüfen lassen.",
                 [FAULT_READBACK] = "Ein Ausgang gehorcht nicht. Kissen ausstecken und Verdrahtung prüfen lassen.",
                 [FAULT_SENSOR_OPEN] = "Bitte Stecker und Kabel des Temperaturfühlers prüfen.",
                 [FAULT_SENSOR_SHORT] = "Bitte das Kabel des Temperaturfühlers auf Kurzschluss prüfen.",
                 [FAULT_SENSOR_ERROR] = "Die Fühlerplatine antwortet nicht. Bitte ihr Kabel prüfen.",
                 [FAULT_SENSOR_STALE] = "Die Fühlerplatine ist verstummt. Bitte ihr Kabel prüfen.",
                 [FAULT_SENSOR_IMPLAUSIBLE] = "Der Fühler meldet Unmögliches. Bitte `part` in der Konfiguration prüfen.",
                 [FAULT_TOO_HOT] = "Kissen abnehmen, Haut ansehen, Kissen abkühlen lassen.",
                 [FAULT_TOO_COLD] = "Kissen abnehmen, Haut ansehen, Kissen warm werden lassen.",
                 [FAULT_HOT_SIDE] = "Die heiße Seite des Kühlers ist zu heiß. Bitte den Lüfter prüfen.",
                 [FAULT_LATE_TICK] = "Der Rechner ist zu langsam oder beschäftigt. Andere Programme bitte beenden."},
};

static const char *const block_advice[LANGUAGES][BLOCK_COUNT] = {
    [ENGLISH] = {[BLOCK_NOT_WIRED] = "Do the wiring check, then set pad.wired to true in the configuration.",
                 [BLOCK_LINES] = "The GPIO lines of the pad cannot be had. `journalctl -u soothed` says why.",
                 [BLOCK_STOPPED] = "Run `soothe resume`, or press the button, when you want to go on.",
                 [BLOCK_PAUSED] = "Run `soothe resume`, or press the button, when you want to go on.",
                 [BLOCK_STORAGE] = "The state cannot be stored. Make room on the card, or replace it.",
                 [BLOCK_CLOCK] = "The time is not certain. Connect the network, or run `soothe clock --confirm`.",
                 [BLOCK_DOSE] = "Enough heat for today.",
                 [BLOCK_DEAD_TIME] = "The pad may not switch on again yet. The session begins by itself in a moment.",
                 [BLOCK_QUIET_HOURS] = "It is quiet time. The session begins when it is over.",
                 [BLOCK_ARMING_FAILED] = "The check before the session failed. It is tried again every 10 minutes.",
                 [BLOCK_NO_PLAN] = "Run `soothe start` to begin the treatment."},
    [GERMAN] = {[BLOCK_NOT_WIRED] = "Bitte die Verdrahtung prüfen und dann pad.wired auf true setzen.",
                 [BLOCK_LINES] = "Die GPIO-Leitungen sind nicht verfügbar. `journalctl -u soothed` sagt, warum.",
                 [BLOCK_STOPPED] = "Mit `soothe resume` oder dem Taster geht es weiter.",
                 [BLOCK_PAUSED] = "Mit `soothe resume` oder dem Taster geht es weiter.",
                 [BLOCK_STORAGE] = "Der Zustand lässt sich nicht speichern. Bitte Platz schaffen oder Karte tauschen.",
                 [BLOCK_CLOCK] = "Die Uhrzeit ist unsicher. Netzwerk verbinden oder `soothe clock --confirm`.",
                 [BLOCK_DOSE] = "Genug Wärme für heute.",
                 [BLOCK_DEAD_TIME] = "Das Kissen darf noch nicht wieder einschalten. Es beginnt gleich von selbst.",
                 [BLOCK_QUIET_HOURS] = "Es ist Ruhezeit. Die Anwendung beginnt danach.",
                 [BLOCK_ARMING_FAILED] = "Die Prüfung vor der Anwendung misslang; alle 10 Minuten ein neuer Versuch.",
                 [BLOCK_NO_PLAN] = "Mit `soothe start` beginnt die Behandlung."},
};

enum phrase { PHRASE_RESTING, PHRASE_LOST, PHRASE_WEAK, PHRASE_PUT_PAD_ON, PHRASE_PUT_ICE, PHRASE_PUT_HEAT, PHRASES };

static const char *const phrases[LANGUAGES][PHRASES] = {
    [ENGLISH] = {[PHRASE_RESTING] = "Resting.",
                 [PHRASE_LOST] = "The record was lost. Run `soothe start --injured-at` with the time of the injury.",
                 [PHRASE_WEAK] = "Three sessions in a row never reached the temperature: the pad is too weak or badly "
                                 "insulated. Cover it.",                                                [PHRASE_PUT_PAD_ON] = "Put the pad on, with a layer of cloth between it and the skin.",
                 [PHRASE_PUT_ICE] = "Put an ice pack on, wrapped in cloth, until %s.",
                 [PHRASE_PUT_HEAT] = "Put a heat pack on, wrapped in cloth, until %s." },
    [GERMAN] = {[PHRASE_RESTING] = "Pause.",
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

void status_message(const struct status *s, char *text, size_t size)
{
    const struct engine_status *e = &s->engine;
    const char *sentence = (unsigned)e->state < STATE_COUNT ? states[language_of(s)][e->state] : "";
    char time[8];
    if (e->state == STATE_RESTING && e->next_ms == PLAN_NEVER) {
        sentence = phrases[language_of(s)][PHRASE_RESTING];
    }
    local_time(s, e->state == STATE_RUNNING ? e->session_ends_ms : e->next_ms, time);
    put_time(sentence, time, text, size);
}

static const char *advice_of_session(const struct status *s, enum language language)
{
    if (!s->engine.remind) {
        return phrases[language][PHRASE_PUT_PAD_ON];
    }
    return phrases[language][s->engine.phase == PHASE_HEAT ? PHRASE_PUT_HEAT : PHRASE_PUT_ICE];
}

void status_advice(const struct status *s, char *text, size_t size)
{
    const struct engine_status *e = &s->engine;
    enum language language = language_of(s);
    const char *sentence = NULL;
    char time[8];
    if ((unsigned)e->trip < FAULT_COUNT && e->trip != FAULT_NONE) {
        sentence = fault_advice[language][e->trip];
    } else if (e->state == STATE_RUNNING || e->state == STATE_ARMING) {
        sentence = advice_of_session(s, language);
    } else if (e->ask_injury) {
        sentence = phrases[language][PHRASE_LOST];
    } else if (e->weak) {
        sentence = phrases[language][PHRASE_WEAK];
    } else if (e->block == BLOCK_DEAD_TIME && e->state != STATE_DUE) {
        sentence = NULL; /* over long before the session */
    } else if ((unsigned)e->block < BLOCK_COUNT && e->state != STATE_COMPLETE) {
        sentence = block_advice[language][e->block];
    }
    local_time(s, e->session_ends_ms, time);
    put_time(sentence ? sentence : "", time, text, size);
}

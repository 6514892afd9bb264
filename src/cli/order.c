/* The commands that the daemon carries out, and `clock`. */
#include "client.h"
#include "document.h"
#include "question.h"

#include "soothe/command.h"
#include "soothe/control.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const done_texts[COMMAND_COUNT] = {
    [COMMAND_START] = "The plan has begun.",
    [COMMAND_STOP] = "The pad is off.",
    [COMMAND_PAUSE] = "The pad is off; the plan's time runs on.",
    [COMMAND_RESUME] = "The plan goes on.",
    [COMMAND_SKIP] = "The session that comes next is left out.",
    [COMMAND_NOW] = "The next session begins now.",
    [COMMAND_END] = "The session has ended.",
    [COMMAND_FINISH] = "The plan has ended for good.",
    [COMMAND_PAIN] = "The pain score is noted.",
    [COMMAND_ACK] = "The lockout is acknowledged.",
    [COMMAND_CLOCK] = "You vouched for the clock.",
    [COMMAND_INJECT] = "The simulated pad has it now.",
};

/* Every command and value passes the grammar of the daemon before it is asked, so that a slip is a usage error. */
static bool well_formed(const char *name, const char *value, enum command_name *known)
{
    struct command parsed;
    char why[256] = "";
    const char *payload = value ? value : "";
    enum refusal refusal = command_parse(name, strlen(name), payload, strlen(payload), &parsed, why, sizeof why);
    if (refusal != REFUSED_NOT) {
        (void)cli_fail(CLI_USAGE, "%s", why);
    }
    *known = parsed.name;
    return refusal == REFUSED_NOT;
}

static char *request_for(const char *name, const char *value)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "cmd", name);
    if (value) {
        cJSON_AddStringToObject(object, "value", value);
    }
    char *text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text;
}

static enum cli_exit refused(const cJSON *answer, const char *raw)
{
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(answer, "message");
    const cJSON *until = cJSON_GetObjectItemCaseSensitive(answer, "until");
    char words[512];
    char when[32];
    enum command_injured kind = INJURED_NOW;
    int64_t ms = 0;
    (void)document_refusal(raw, words, sizeof words);
    if (!cJSON_IsString(message)) {
        return cli_fail(CLI_FAILED, "%s", words);
    }
    if (cJSON_IsString(until) && command_time_parse(until->valuestring, &kind, &ms) == 0 && kind == INJURED_AT) {
        return cli_fail(CLI_FAILED, "refused: %s; it lasts until %s", words,
                        document_time(ms / 1000, (int64_t)time(NULL), when, sizeof when));
    }
    return cli_fail(CLI_FAILED, "refused: %s", words);
}

static enum cli_exit judge(const char *raw)
{
    cJSON *answer = cJSON_Parse(raw);
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(answer, "status");
    bool done = cJSON_IsString(status) && strcmp(status->valuestring, "ok") == 0;
    enum cli_exit code = done ? CLI_DONE : refused(answer, raw);
    cJSON_Delete(answer);
    return code;
}

/* What follows from the command, in the daemon's own words; silence where it does not tell. */
static void tell_state(const char *socket)
{
    struct client client;
    const char *line = NULL;
    char why[256];
    struct document document;
    bool told = client_open(&client, socket, CLIENT_WAIT_MS, why, sizeof why) == CLI_DONE &&
                client_send(&client, "{\"cmd\":\"status\"}") == 0 &&
                client_receive(&client, CLIENT_WAIT_MS, &line) == 0 && document_read(line, &document) == 0;
    if (told) {
        (void)printf("%s\n", document.message);
        if (strcmp(document.advice, "none") != 0) {
            (void)printf("%s\n", document.advice);
        }
    }
    client_close(&client);
}

static enum cli_exit carry_out(const struct cli *cli, const char *name, const char *value)
{
    char *answer = NULL;
    char *request = request_for(name, value);
    if (!request) {
        return cli_fail(CLI_FAILED, "no memory");
    }
    enum cli_exit code = client_ask(cli->socket, request, &answer);
    if (code == CLI_DONE) {
        code = judge(answer);
    }
    cJSON_free(request);
    free(answer);
    return code;
}

enum cli_exit cli_order(const struct cli *cli, const struct cli_command *command)
{
    const char *value = strcmp(command->name, "start") == 0 ? cli->injured_at : cli->argument;
    enum command_name known = COMMAND_NONE;
    if (!well_formed(command->name, value, &known)) {
        return CLI_USAGE;
    }
    if (!cli->yes && !question_ask(command->name)) {
        return cli_fail(CLI_FAILED, "nothing was done");
    }
    enum cli_exit code = carry_out(cli, command->name, value);
    if (code == CLI_DONE) {
        bool healed = known == COMMAND_INJECT && strcmp(value, "none") == 0;
        (void)printf("%s\n", healed ? "The simulated pad is well again." : done_texts[known]);
        if (known != COMMAND_PAIN && known != COMMAND_INJECT) {
            tell_state(cli->socket);
        }
    }
    return code;
}

static enum cli_exit explain_clock(const struct cli *cli)
{
    char *answer = NULL;
    struct document document;
    char when[64];
    char why[512];
    enum cli_exit code = client_ask(cli->socket, "{\"cmd\":\"status\"}", &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (document_read(answer, &document) < 0) {
        code = cli_fail(CLI_FAILED, "%s", document_refusal(answer, why, sizeof why));
    } else {
        document_use_zone(&document);
        (void)fprintf(stderr, "The daemon believes that it is %s, and %s.\n",
                      document_time(document.ts_s, DOCUMENT_UNKNOWN, when, sizeof when),
                      document.clock_trusted ? "knows that it is so" : "does not know whether that is so");
        (void)fprintf(
            stderr, "Look at a clock. Only if this is right: `soothe clock --confirm`. Then quiet hours and the time\n"
                    "that the machine was off are counted by it. If it is wrong, set the time first.\n");
        code = CLI_USAGE;
    }
    free(answer);
    return code;
}

enum cli_exit cli_clock(const struct cli *cli, const struct cli_command *command)
{
    if (!cli->confirm) {
        return explain_clock(cli);
    }
    enum cli_exit code = carry_out(cli, command->name, NULL);
    if (code == CLI_DONE) {
        (void)printf("%s\n", done_texts[COMMAND_CLOCK]);
    }
    return code;
}

#include "question.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char start_text[] =
    "The pad cools and heats by itself, for days. It can burn or freeze skin, and where feeling is weak it does\n"
    "not hurt until it is too late.\n"
    "\n"
    "Do not use it on a person who\n"
    "  - feels heat or cold poorly there, or has poor circulation: diabetes, nerve damage, after a stroke or an\n"
    "    anaesthetic\n"
    "  - is asleep, sedated or drunk, or on strong painkillers\n"
    "  - is a baby or a child, or cannot take the pad off or press the button alone\n"
    "  - has broken, burnt, very thin or irradiated skin there, or an open wound\n"
    "  - for cold: has Raynaud's or Buerger's disease, a cold allergy, cryoglobulins, or had frostbite there\n"
    "  - for heat: has fresh bleeding, a bruise or swelling of the last two to three days, an inflammation or a fever\n"
    "  - is pregnant, has cancer there, or wears an implant there, unless a doctor agreed\n"
    "\n"
    "Always a dry cloth between pad and skin. Look at the skin before, during and after: white, blotchy, blistered\n"
    "or numb means off, and no more that day. Numbness between the legs, trouble with bladder or bowels, or a weak\n"
    "leg: no pad, call a doctor at once. `soothe stop` switches off, always.\n"
    "\n";

static bool yes(const char *question)
{
    char answer[16] = "";
    (void)fprintf(stderr, "%s [y/N] ", question);
    (void)fflush(stderr);
    if (!fgets(answer, sizeof answer, stdin)) {
        (void)fputc('\n', stderr);
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

bool question_ask(const char *command)
{
    if (!isatty(STDIN_FILENO)) {
        return true;
    }
    if (strcmp(command, "start") == 0) {
        (void)fputs(start_text, stderr);
        return yes("Does none of this hold, and shall the plan begin?");
    }
    if (strcmp(command, "finish") == 0) {
        return yes("End the treatment plan for good? (`soothe pause` and `soothe stop` only hold it.)");
    }
    return true;
}

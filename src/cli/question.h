/* What is asked of a person at a terminal. */
#ifndef SOOTHE_CLI_QUESTION_H
#define SOOTHE_CLI_QUESTION_H

#include <stdbool.h>

/* Ask on the terminal before `start` or `finish`; true to go on. Without a terminal, or for other commands, always
 * true. */
bool question_ask(const char *command);

#endif

/* The terminal as a full-screen view needs it: alternate screen, keys one by one, its size, and its old state back
 * whatever ends the view (return, Ctrl-C, SIGTERM, hang-up, Ctrl-Z). One at a time in a process. */
#ifndef SOOTHE_CLI_TERMINAL_H
#define SOOTHE_CLI_TERMINAL_H

#include <stdbool.h>

#define TERMINAL_ROWS_MAX    200
#define TERMINAL_COLUMNS_MAX 500

struct terminal_news {
    bool readable; /* the descriptor that was waited for */
    bool resized;  /* or the view has to be drawn anew for another reason */
    bool quit;     /* a signal said so, or the terminal is gone */
    int key;       /* 0: none */
};

/* 0, or a negative errno; then nothing has changed. */
int terminal_enter(void);
void terminal_leave(void);

/* Its size now, within 1 and the maxima; 24 x 80 when it does not tell. */
void terminal_size(int *rows, int *columns);

/* Wait for `fd` (-1: none), a key or a signal, for at most `wait_ms`. */
void terminal_wait(int fd, int wait_ms, struct terminal_news *news);

#endif

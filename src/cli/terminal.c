#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ENTER "\x1b[?1049h\x1b[?25l\x1b[2J"
#define LEAVE "\x1b[0m\x1b[?25h\x1b[?1049l"

static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
#define HEARD (sizeof heard / sizeof heard[0])

static struct termios before;
static struct sigaction actions_before[HEARD];
static sigset_t mask_before;
static volatile sig_atomic_t asked_to_end;
static volatile sig_atomic_t asked_to_stop;
static volatile sig_atomic_t changed;

static void hear(int number)
{
    if (number == SIGWINCH) {
        changed = 1;
    } else if (number == SIGTSTP) {
        asked_to_stop = 1;
    } else {
        asked_to_end = 1;
    }
}

static void put(const char *text)
{
    (void)!write(STDOUT_FILENO, text, strlen(text));
}

static void set_raw(void)
{
    struct termios raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
    put(ENTER);
}

int terminal_enter(void)
{
    if (tcgetattr(STDIN_FILENO, &before) < 0) {
        return -errno;
    }
    sigset_t mask;
    sigemptyset(&mask);
    struct sigaction action = {.sa_handler = hear};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < HEARD; i++) {
        sigaddset(&mask, heard[i]);
        (void)sigaction(heard[i], &action, &actions_before[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &mask, &mask_before); /* they come in only while terminal_wait waits */
    set_raw();
    return 0;
}

void terminal_leave(void)
{
    put(LEAVE);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    for (size_t i = 0; i < HEARD; i++) {
        (void)sigaction(heard[i], &actions_before[i], NULL);
    }
    (void)sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

static int within(int value, int high)
{
    return value < 1 ? 1 : value > high ? high : value;
}

void terminal_size(int *rows, int *columns)
{
    struct winsize size;
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
    *rows = within(told ? size.ws_row : 24, TERMINAL_ROWS_MAX);
    *columns = within(told ? size.ws_col : 80, TERMINAL_COLUMNS_MAX);
}

/* Ctrl-Z: give the terminal back, stop for real, and take it again when told to go on. */
static void stop_for_a_while(void)
{
    put(LEAVE);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)raise(SIGSTOP);
    set_raw();
}

static int read_key(void)
{
    unsigned char byte = 0;
    return read(STDIN_FILENO, &byte, 1) == 1 ? byte : -1;
}

void terminal_wait(int fd, int wait_ms, struct terminal_news *news)
{
    struct pollfd fds[2] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = fd,           .events = POLLIN}
    };
    struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = (long)(wait_ms % 1000) * 1000000};
    *news = (struct terminal_news){.key = 0};
    int ready = ppoll(fds, 2, &wait, &mask_before);
    if (ready > 0) {
        news->readable = fds[1].revents != 0;
        news->key = fds[0].revents != 0 ? read_key() : 0;
    }
    if (asked_to_stop) {
        asked_to_stop = 0;
        stop_for_a_while();
        changed = 1;
    }
    news->quit = asked_to_end != 0 || news->key < 0;
    news->resized = changed != 0;
    changed = 0;
}

/* A maker's library that misbehaves on command: the port it is opened at says how. */
#include "../../tram_vendor.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct reader {
    char manner[32];
    int frames, final;
};

static const char *const MANNERS[] = {"good", "crash-open", "crash", "crash-first", "hang", "stop",
                                      "leak", "huge", "negative", "exit", "prints", "busy"};

int tram_vendor_abi(void) { return TRAM_VENDOR_ABI; }

int tram_vendor_list(char *lines, size_t room) {
    size_t used = 0;
    for (size_t at = 0; at < sizeof MANNERS / sizeof *MANNERS; at++)
        used += snprintf(lines + used, room - used, "TEST %s reader\tT-%zu\t%s\n", MANNERS[at], at, MANNERS[at]);
    return 0;
}

static void crash(void) { *(volatile int *)8 = 1; }

int tram_vendor_open(const char *port, int *reach, void **reader) {
    if (!strcmp(port, "crash-open")) crash();
    if (!strcmp(port, "busy")) return TRAM_BUSY;
    struct reader *new = calloc(1, sizeof *new);
    strncpy(new->manner, port, sizeof new->manner - 1);
    *reach = TRAM_SLAPS;
    *reader = new;
    return 0;
}

int tram_vendor_begin(void *reader, int position, int impression) {
    struct reader *self = reader;
    (void)position, (void)impression;
    self->frames = 0;
    return 0;
}

/* Ten frames of preview a second, the fifth is final. Each pixel is the number of its frame plus its place. */
int tram_vendor_next(void *reader, int timeout_millis, uint8_t *pixels, size_t room, struct tram_vendor_frame *frame) {
    struct reader *self = reader;
    self->frames++;
    int third = self->frames == 3;
    if ((third && !strcmp(self->manner, "crash")) || !strcmp(self->manner, "crash-first")) crash();
    if (third && !strcmp(self->manner, "hang")) for (;;) pause();
    if (third && !strcmp(self->manner, "stop")) kill(getpid(), SIGSTOP);
    if (third && !strcmp(self->manner, "exit")) exit(0);
    if (!strcmp(self->manner, "leak")) memset(malloc(512u << 20), 0, 1);
    if (!strcmp(self->manner, "prints")) puts("done 1 1\nfailed -1"), fflush(stdout);
    struct timespec tenth = {0, 100 * 1000 * 1000};
    if (timeout_millis < 100) return 0;
    nanosleep(&tenth, NULL);
    *frame = (struct tram_vendor_frame){800, 750, 500, self->frames == 5};
    if (third && !strcmp(self->manner, "huge")) frame->width = 1 << 20, frame->height = 1 << 12;
    if (third && !strcmp(self->manner, "negative")) frame->width = -800, frame->height = -750;
    if (room < 800 * 750) return TRAM_GARBAGE;
    for (size_t at = 0; at < 800 * 750; at++) pixels[at] = (uint8_t)(at + self->frames);
    return 1;
}

int tram_vendor_end(void *reader) {
    (void)reader;
    return 0;
}

/* What a maker's library looks like to tram-vendor-host: a few functions around the maker's own, written for each SDK.
 * Every function is called from one thread, one call after the other. A call that takes longer than it was told, crashes,
 * or takes too much memory ends its process, never the station.
 *
 * Results: 0 or more is well; below, why it is not. */
#include <stddef.h>
#include <stdint.h>

#define TRAM_VENDOR_ABI 1

enum tram_vendor_failure {
    TRAM_GONE = -1,        /* unplugged, switched off */
    TRAM_BUSY = -2,        /* another program holds it */
    TRAM_PERMISSION = -3,  /* the operating system refuses */
    TRAM_TIMEOUT = -4,     /* it does not answer */
    TRAM_UNSUPPORTED = -5, /* it cannot do this */
    TRAM_GARBAGE = -6      /* anything else */
};

enum tram_vendor_reach { TRAM_SLAPS = 1, TRAM_ROLLED = 2 };

struct tram_vendor_frame {
    int32_t width, height; /* pixels, rows top to bottom, a byte each, ridges dark */
    int32_t ppi;
    int32_t is_final; /* 1: the reader offers this as the finished capture; 0: preview */
};

/* TRAM_VENDOR_ABI. */
int tram_vendor_abi(void);
/* Writes "model TAB serial TAB port LF" for each reader, ends with a zero byte. */
int tram_vendor_list(char *lines, size_t room);
/* Opens the reader at a port; *reach becomes what it takes beside single plain fingers. */
int tram_vendor_open(const char *port, int *reach, void **reader);
/* Arms it: position and impression by the codes of ISO/IEC 19794-4:2011, tables 7 and 8. */
int tram_vendor_begin(void *reader, int position, int impression);
/* 1 when a picture came, 0 when none came within timeout_millis. */
int tram_vendor_next(void *reader, int timeout_millis, uint8_t *pixels, size_t room, struct tram_vendor_frame *frame);
/* Disarms it. */
int tram_vendor_end(void *reader);

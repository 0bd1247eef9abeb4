/* The small values that several files share: owners, times of day, zones, language tags, addresses.
 * Pure checks; where one takes a reading it adds the fault itself. */
#ifndef LEARND_ORG_VALUES_H
#define LEARND_ORG_VALUES_H

#include "reading.h"

bool handle_is_well_formed(const char *handle); /* [a-z0-9][a-z0-9._-]*, at most 64 */
bool handle_is_reserved(const char *handle);    /* a word of the conversation files */
bool slug_is_well_formed(const char *id);       /* the same letters, at most 80: ids of cards and topics */
bool language_is_well_formed(const char *tag);  /* en, pt-BR, zh-Hant */
bool url_is_offered(const char *url);           /* http, https or mailto, without blanks */
bool url_is_loopback(const char *url);          /* its host is this machine */
bool host_is_loopback(const char *host);        /* localhost, 127.x.x.x, ::1 */
int clock_parse(const char *text);              /* "9", "09:30", "24:00": minutes of the day, or -1 */
bool period_is_well_formed(const char *period); /* P6M, P1Y, P2W, P30D; longer than nothing */
/* Is it a zone of the system's tzdata? Else a fault that offers places. */
bool zone_check(struct reading *r, struct place at, const char *zone);

#endif

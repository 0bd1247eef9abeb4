/* Checks of small values. */
#include "values.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/text.h"

static bool is_word_of(const char *text, size_t max)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return n > 0 && n <= max && !text[n] && isalnum((unsigned char)text[0]);
}

bool handle_is_well_formed(const char *handle)
{
    return is_word_of(handle, 64);
}

bool slug_is_well_formed(const char *id)
{
    return is_word_of(id, 80);
}

bool handle_is_reserved(const char *handle)
{
    static const char *const reserved[] = { "bot",  "at",   "config", "after",  "on",  "restart",  "crash", "redeliver",
                                            "fail", "lose", "db",     "nobody", "all", "everyone", NULL };
    for (size_t i = 0; reserved[i]; i++) {
        if (strcmp(reserved[i], handle) == 0)
            return true;
    }
    return false;
}

bool language_is_well_formed(const char *tag)
{
    size_t n = strspn(tag, "abcdefghijklmnopqrstuvwxyz");
    if (n < 2 || n > 3)
        return false;
    for (tag += n; *tag; tag += n) {
        if (*tag != '-' && *tag != '_')
            return false;
        tag++;
        for (n = 0; isalnum((unsigned char)tag[n]); n++)
            ;
        if (n < 2 || n > 8)
            return false;
    }
    return true;
}

bool url_is_offered(const char *url)
{
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c <= ' ')
            return false;
    }
    return (text_starts(url, "https://") && url[8]) || (text_starts(url, "http://") && url[7]) ||
           (text_starts(url, "mailto:") && strchr(url, '@'));
}

bool host_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcmp(host, "localhost") == 0;
}

bool url_is_loopback(const char *url)
{
    const char *from = strstr(url, "://");
    if (!from)
        return false;
    from += 3;
    size_t n = strcspn(from, "/?#");
    char host[256];
    if (n >= sizeof host || memchr(from, '@', n))
        return false;
    memcpy(host, from, n);
    host[n] = '\0';
    char *bracket = strchr(host, ']');
    if (*host == '[' && bracket) {
        *bracket = '\0';
        return host_is_loopback(host + 1);
    }
    host[strcspn(host, ":")] = '\0';
    return host_is_loopback(host);
}

int clock_parse(const char *text)
{
    char *end;
    if (!isdigit((unsigned char)*text))
        return -1;
    long hour = strtol(text, &end, 10), minute = 0;
    if (end - text > 2)
        return -1;
    if (*end == ':') {
        const char *m = end + 1;
        if (!isdigit((unsigned char)m[0]) || !isdigit((unsigned char)m[1]))
            return -1;
        minute = strtol(m, &end, 10);
        if (end - m != 2)
            return -1;
    }
    if (*end || minute > 59 || hour * 60 + minute > 24 * 60)
        return -1;
    return (int)(hour * 60 + minute);
}

bool period_is_well_formed(const char *period)
{
    return period_add(0, period) > 0; /* a period of nothing would come round at once, for ever */
}

bool zone_check(struct reading *r, struct place at, const char *zone)
{
    if (zone_find(zone))
        return true;
    const char *near = zone_suggest(r->arena, zone);
    if (near && strchr(near, ' '))
        fault_add(r, at.line, at.column, "'%s' is no place; name a city, as %s", zone, near);
    else if (near)
        fault_add(r, at.line, at.column, "unknown time zone '%s' (did you mean '%s'?)", zone, near);
    else
        fault_add(r, at.line, at.column, "unknown time zone '%s'; expected is a name as Europe/Paris", zone);
    return false;
}

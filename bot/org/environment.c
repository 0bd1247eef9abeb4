/* The environment over learnd.yaml, and what only both together can show: half a transport, an address open to all. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/log.h"
#include "learnd/text.h"
#include "reading.h"
#include "values.h"

#define VALUE_MAX_BYTES 8192

struct variable {
    const char *name;
    size_t offset;
    bool secret;
};

static const struct variable variables[] = {
    { "LEARND_DATABASE", offsetof(struct settings, database), false },
    { "LEARND_WEB", offsetof(struct settings, web), false },
    { "LEARND_PROXY", offsetof(struct settings, proxy), false },
    { "LEARND_CA_FILE", offsetof(struct settings, ca_file), false },
    { "SLACK_API_URL", offsetof(struct settings, slack_api_url), false },
    { "SLACK_APP_TOKEN", offsetof(struct settings, slack_app_token), true },
    { "SLACK_BOT_TOKEN", offsetof(struct settings, slack_bot_token), true },
    { "SLACK_SIGNING_SECRET", offsetof(struct settings, slack_signing_secret), true },
    { "MATRIX_HOMESERVER", offsetof(struct settings, matrix_homeserver), false },
    { "MATRIX_USER", offsetof(struct settings, matrix_user), false },
    { "MATRIX_PASSWORD", offsetof(struct settings, matrix_password), true },
    { "MATRIX_ACCESS_TOKEN", offsetof(struct settings, matrix_access_token), true },
    { "MATRIX_DEVICE_ID", offsetof(struct settings, matrix_device_id), false },
};

static void __attribute__((format(printf, 2, 3))) wrong(struct org *org, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const char *what = arena_vprintf(org->arena, format, ap);
    va_end(ap);
    org_fault_add(org, (struct org_fault){ "settings", 0, 0, what });
}

/* What a file holds, without the line end an editor leaves. NULL and a fault if it cannot be read. */
static const char *value_of_file(struct org *org, const char *name, const char *path)
{
    char text[VALUE_MAX_BYTES + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (n < 0) {
        wrong(org, "%s_FILE: the file '%s' cannot be read", name, path);
        return NULL;
    }
    if (n > VALUE_MAX_BYTES) {
        wrong(org, "%s_FILE: the file '%s' is too large for one value", name, path);
        return NULL;
    }
    if (memchr(text, '\0', (size_t)n)) {
        wrong(org, "%s_FILE: the file '%s' is no text", name, path);
        return NULL;
    }
    return text_trim(org->arena, arena_copy_n(org->arena, text, (size_t)n));
}

static bool is_one_line(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

static const char *variable_value(struct org *org, const char *name)
{
    const char *value = getenv(name), *path = getenv(arena_printf(org->arena, "%s_FILE", name));
    if (value && !*value)
        value = NULL;
    if (!path || !*path)
        return value ? text_trim(org->arena, value) : NULL;
    if (value) {
        wrong(org, "%s and %s_FILE are both set: which one is meant?", name, name);
        return NULL;
    }
    return value_of_file(org, name, path);
}

static void variables_take(struct org *org)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const struct variable *v = &variables[i];
        const char **setting = (const char **)((char *)&org->settings + v->offset);
        const char *value = variable_value(org, v->name);
        if (value && !text_is_utf8(value, strlen(value)))
            wrong(org, "%s is no UTF-8 text", v->name);
        else if (value && !is_one_line(value))
            wrong(org, "%s is more than one line of text", v->name);
        else if (value && *value)
            *setting = value;
        if (v->secret && *setting)
            log_secret(*setting);
    }
}

static void slack_check(struct org *org)
{
    const struct settings *s = &org->settings;
    if ((s->slack_app_token || s->slack_signing_secret) && !s->slack_bot_token)
        wrong(org, "half of Slack is set: SLACK_BOT_TOKEN (xoxb-...) is missing");
    if (s->slack_bot_token && !s->slack_app_token && !s->slack_signing_secret)
        wrong(org, "half of Slack is set: SLACK_APP_TOKEN (xapp-..., Socket Mode) or SLACK_SIGNING_SECRET is missing");
    const char *url = s->slack_api_url;
    if (!url)
        return;
    bool secure = text_starts(url, "https://"), plain = text_starts(url, "http://");
    if (!secure && !plain)
        wrong(org, "SLACK_API_URL is '%s', expected is a base as https://slack.com/api/", url);
    else if (!name_ends(url, "/api/"))
        wrong(org, "SLACK_API_URL is '%s', it must end in /api/", url);
    else if (plain && !url_is_loopback(url))
        wrong(org, "SLACK_API_URL is '%s': http is for this machine only, elsewhere it must be https", url);
}

static void matrix_check(struct org *org)
{
    const struct settings *s = &org->settings;
    bool some = s->matrix_homeserver || s->matrix_user || s->matrix_password || s->matrix_access_token;
    if (some && !s->matrix_homeserver)
        wrong(org, "half of Matrix is set: MATRIX_HOMESERVER (https://...) is missing");
    if (some && !s->matrix_user && !s->matrix_access_token)
        wrong(org, "half of Matrix is set: MATRIX_USER is missing");
    if (some && !s->matrix_password && !s->matrix_access_token)
        wrong(org, "half of Matrix is set: MATRIX_PASSWORD or MATRIX_ACCESS_TOKEN is missing");
    const char *url = s->matrix_homeserver;
    if (url && !text_starts(url, "https://") && !text_starts(url, "http://"))
        wrong(org, "MATRIX_HOMESERVER is '%s', expected is an address as https://matrix.example.org", url);
}

/* "127.0.0.1:8080", "[::1]:8080": the address without brackets; NULL if it is none. */
static const char *web_address(struct org *org, const char *web)
{
    const char *colon = strrchr(web, ':');
    if (!colon || colon == web || !colon[1] || strlen(colon + 1) > 5)
        return NULL;
    if (colon[1 + strspn(colon + 1, "0123456789")] || strtol(colon + 1, NULL, 10) > 65535)
        return NULL;
    char *address = arena_copy_n(org->arena, web, (size_t)(colon - web));
    size_t n = strlen(address);
    unsigned char any[sizeof(struct in6_addr)];
    if (*address == '[' && address[n - 1] == ']') {
        address[n - 1] = '\0';
        return inet_pton(AF_INET6, address + 1, any) == 1 ? address + 1 : NULL;
    }
    return inet_pton(AF_INET, address, any) == 1 || strcmp(address, "localhost") == 0 ? address : NULL;
}

static void places_check(struct org *org)
{
    const struct settings *s = &org->settings;
    if (s->web) {
        const char *address = web_address(org, s->web);
        if (!address)
            wrong(org, "LEARND_WEB is '%s', expected is address:port as 127.0.0.1:8080", s->web);
        else if (!host_is_loopback(address))
            wrong(org, "LEARND_WEB is '%s': without TLS it may listen on this machine only (127.0.0.1, [::1])", s->web);
    }
    if (s->proxy && !text_starts(s->proxy, "http://") && !text_starts(s->proxy, "https://"))
        wrong(org, "LEARND_PROXY is no address as http://proxy:3128");
    if (s->ca_file && access(s->ca_file, R_OK))
        wrong(org, "LEARND_CA_FILE: the file '%s' cannot be read", s->ca_file);
}

const char *org_database(const struct org *org)
{
    const char *path = org->settings.database;
    return path && *path ? path : "var/learnd.db";
}

void org_environment(struct org *org)
{
    size_t faults = org->fault_count;
    variables_take(org);
    if (org->fault_count == faults) { /* else what could not be read would be missed too */
        slack_check(org);
        matrix_check(org);
    }
    places_check(org);
    org_faults_sort(org);
}

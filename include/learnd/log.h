/* One line a fact, key=value, to stderr. Secrets are registered once and never leave.
 * Owns the list of secrets; safe from every thread. */
#ifndef LEARND_LOG_H
#define LEARND_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_level_set(enum log_level level); /* less is dropped; default LOG_INFO */
void log_secret(const char *text);        /* replaced by *** in every later line */
/* event is a fixed word ("start", "sync-failed"); the rest is key=value text. Control characters are escaped. */
void log_line(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_info(event, ...) log_line(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR, event, __VA_ARGS__)

#endif

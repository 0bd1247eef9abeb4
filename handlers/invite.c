/* Invites: iCalendar as RFC 5545 has it. */
#include "invite.h"

#include "learnd/date.h"

#define LINE_OCTETS 75 /* without the line end */

/* A line that is too long goes on in the next, which begins with a blank; never inside of a character. */
static void add_line(struct buf *out, const char *line)
{
    size_t used = 0;

    while (*line) {
        size_t n = 1;
        while (((unsigned char)line[n] & 0xc0) == 0x80)
            n++;
        if (used + n > LINE_OCTETS) {
            buf_add(out, "\r\n ");
            used = 1;
        }
        buf_add_n(out, line, n);
        used += n;
        line += n;
    }
    buf_add(out, "\r\n");
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

/* A value of type TEXT: what has a meaning there is escaped. */
static const char *text_value(struct arena *a, const char *text)
{
    struct buf out = { .arena = a };

    for (; *text; text++) {
        if (*text == '\n')
            buf_add(&out, "\\n");
        else if (*text == '\\' || *text == ';' || *text == ',')
            buf_printf(&out, "\\%c", *text);
        else if (!is_control(*text))
            buf_add_char(&out, *text);
    }
    return buf_text(&out);
}

/* A parameter in quotes cannot hold a quote. */
static const char *parameter(struct arena *a, const char *text)
{
    struct buf out = { .arena = a };

    for (; *text; text++)
        buf_add_char(&out, *text == '"' ? '\'' : is_control(*text) ? ' ' : *text);
    return buf_text(&out);
}

static void add_instant(struct arena *a, struct buf *out, const char *name, int64_t at)
{
    struct local l = local_at(zone_utc(), at);

    add_line(out, arena_printf(a, "%s:%04d%02d%02dT%02d%02d%02dZ", name, l.year, l.month, l.day, l.hour, l.minute,
                               l.second));
}

static void add_person(struct arena *a, struct buf *out, const char *role, const struct invitee *p)
{
    if (p->email)
        add_line(out, arena_printf(a, "%s;CN=\"%s\":mailto:%s", role, parameter(a, p->name), parameter(a, p->email)));
}

const char *invite_text(struct arena *a, const struct invite *i)
{
    struct buf out = { .arena = a };

    add_line(&out, "BEGIN:VCALENDAR");
    add_line(&out, "VERSION:2.0");
    add_line(&out, "PRODID:-//learnd//learnd//EN");
    add_line(&out, i->cancelled ? "METHOD:CANCEL" : "METHOD:REQUEST");
    add_line(&out, "BEGIN:VEVENT");
    add_line(&out, arena_printf(a, "UID:%s", text_value(a, i->uid)));
    add_line(&out, arena_printf(a, "SEQUENCE:%d", i->sequence));
    add_instant(a, &out, "DTSTAMP", i->stamp);
    add_instant(a, &out, "DTSTART", i->starts);
    add_instant(a, &out, "DTEND", i->ends);
    add_line(&out, arena_printf(a, "SUMMARY:%s", text_value(a, i->summary)));
    if (i->description)
        add_line(&out, arena_printf(a, "DESCRIPTION:%s", text_value(a, i->description)));
    add_line(&out, i->cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
    add_person(a, &out, "ORGANIZER", &i->organizer);
    add_person(a, &out, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED", &i->attendee);
    add_line(&out, "END:VEVENT");
    add_line(&out, "END:VCALENDAR");
    return buf_text(&out);
}

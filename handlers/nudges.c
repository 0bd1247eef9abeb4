/* Nudges in chat: which rules there are, what each would do, on, off, at another hour. */
#include <stdio.h>
#include <string.h>

#include "mandatory.h"
#include "nudges_private.h"

#define SHOWN 60 /* characters of what is no rule */

/* ---- Which rule, and may they ------------------------------------------------------------------------------------ */

/* NULL: it was answered. */
static const struct rule *rule_meant(struct turn *t)
{
    const char *name = arg(t, "rule");
    const struct rule *r = rule_named(t, name);

    if (!r && !requirement_says(t, name))
        reply(t, "There is no rule %s. `nudge list` shows those there are.", text_cut(t->arena, name, SHOWN));
    return r;
}

/* Else it was answered. */
static bool rule_may_change(struct turn *t, const struct rule *r)
{
    if (right_covers(t, "admin", r->who))
        return true;
    if (r->core) {
        struct message *m = reply_who_may(t, arena_printf(t->arena, "nudge on %s", r->slug), ROLE_ADMIN);
        line(m, "The rule is core: nothing was changed.");
        return false;
    }
    if (right_covers(t, "curator", r->who) || right_covers(t, "nudge", r->who))
        return true;
    reply(t, "%s is for %s, which reaches beyond the people you curate for. An admin can switch it.", r->slug, r->who);
    return false;
}

/* ---- Looking ----------------------------------------------------------------------------------------------------- */

static void list(struct turn *t)
{
    struct rows *r = query(t, "SELECT id FROM nudge_rule WHERE file IS NULL OR file <> '' ORDER BY slug");
    struct message *m = NULL;

    while (row_next(r)) {
        const struct rule *rule = rule_get(t, row_int(r, 0));
        m = m ? m : reply(t, "Rules for reminders:");
        bullet(m, "*%s* %s%s: %s, for %s", rule->slug, rule->enabled ? phrase(t, "on") : phrase(t, "off"),
               rule->core ? phrase(t, ", core") : "", rule_when(t, rule), rule->who);
    }
    m = requirements_list(t, m);
    if (m)
        small(m, "`nudge show RULE`, `nudge dry RULE`, `nudge on RULE`, `nudge off RULE`, `nudge new`");
    else
        reply(t, "There are no rules for reminders. `nudge new` makes one, or a file in rules/.");
}

static long count_state(struct turn *t, const struct rule *r, const char *state)
{
    return (long)one_int(t, "SELECT count(*) FROM nudge WHERE rule = ?1 AND state = ?2 AND at >= ?3", I(r->id),
                         T(state), I(t->now - NUDGE_AHEAD * DAY));
}

static void show(struct turn *t)
{
    const struct rule *r = rule_meant(t);

    if (!r)
        return;
    long paused = (long)one_int(t, "SELECT count(*) FROM nudge_standing WHERE rule = ?1 AND paused = 1", I(r->id));
    struct message *m = reply(t, "*%s* is %s%s, kept by %s.", r->slug, r->enabled ? phrase(t, "on") : phrase(t, "off"),
                              r->core ? phrase(t, " and core") : "", rule_keeper(t, r));
    quote(m, rule_text(t, r, t->person));
    bullet(m, "When: %s", rule_when(t, r));
    bullet(m, "For: %s%s%s", r->who, r->subject ? phrase(t, ", about ") : "", r->subject ? r->subject : "");
    bullet(m, "In the last %d days: %ld sent, %ld held back", NUDGE_AHEAD, count_state(t, r, "sent"),
           count_state(t, r, "dropped"));
    if (paused >= NUDGE_FEW)
        bullet(m, "Paused for %ld people who ignored it", paused);
    nudge_effect_say(t, m, r);
}

static void add_switch(struct message *m, const struct rule *r)
{
    if (!r->enabled)
        button(m, "Turn on", "nudge on", r->id);
}

static void dry(struct turn *t)
{
    const struct rule *r = rule_meant(t);

    if (r)
        add_switch(nudge_dry_reply(t, r), r);
}

/* ---- Switching --------------------------------------------------------------------------------------------------- */

static void turn_on(struct turn *t, const struct rule *r)
{
    if (r->enabled) {
        reply(t, "%s is on already.", r->slug);
        return;
    }
    change(t, "UPDATE nudge_rule SET said_enabled = 1, keeper = ?2 WHERE id = ?1", I(r->id), I(t->person));
    rule_switch(t, r, true);
    audit(t, "nudge on", "nudge rule", r->id);
    undoable(t, "undo not", 0, arena_printf(t->arena, "nudge off %s", r->slug));
    reply(t, "*%s* is on: %s, for %s. Each reminder names you as who keeps the rule. `nudge off %s` ends it.", r->slug,
          rule_when(t, r), r->who, r->slug);
}

static void on(struct turn *t)
{
    const struct rule *r = requirement_turns(t, arg(t, "rule"), true) ? NULL : rule_meant(t);

    if (r && rule_may_change(t, r))
        turn_on(t, r);
}

/* t->object: the rule. */
static void nudge_turn_on(struct turn *t)
{
    const struct rule *r = rule_get(t, t->object);

    settle(t, NULL);
    if (!may(t, "nudge", 0))
        reply_who_may(t, "nudge", ROLE_STEWARD);
    else if (r && rule_may_change(t, r))
        turn_on(t, r);
}

static void off(struct turn *t)
{
    const struct rule *r = requirement_turns(t, arg(t, "rule"), false) ? NULL : rule_meant(t);

    if (!r || !rule_may_change(t, r))
        return;
    if (!r->enabled) {
        reply(t, "%s is off already.", r->slug);
        return;
    }
    change(t, "UPDATE nudge_rule SET said_enabled = 1 WHERE id = ?1", I(r->id));
    rule_switch(t, r, false);
    audit(t, "nudge off", "nudge rule", r->id);
    undoable(t, "undo not", 0, arena_printf(t->arena, "nudge on %s", r->slug));
    reply(t, "*%s* is off: nothing more goes out by it. `nudge on %s` begins it anew.", r->slug, r->slug);
}

/* The window keeps its length, as far as the day goes. */
static void set_time(struct turn *t)
{
    const struct rule *r = rule_meant(t);
    const char *time = arg(t, "time");
    int from, to;

    if (!r || !rule_may_change(t, r))
        return;
    if (!span_parse(arena_printf(t->arena, "%s-24:00", time), &from, &to)) {
        reply(t, "I can't read %s as a time of day. Write it like `nudge set %s time 11:00`.",
              text_cut(t->arena, time, SHOWN), r->slug);
        return;
    }
    to = from + r->window_to - r->window_from;
    change(t, "UPDATE nudge_rule SET window_from = ?2, window_to = ?3, said_window = 1 WHERE id = ?1", I(r->id),
           I(from), I(to < 24 * 60 ? to : 24 * 60));
    r = rule_get(t, r->id);
    if (r->enabled)
        rule_replan(t, r);
    audit(t, "nudge set", "nudge rule", r->id);
    struct message *m = reply(t, "*%s*: %s from now on.", r->slug, rule_when(t, r));
    if (r->window_to <= t->settings->quiet_to || r->window_from >= t->settings->quiet_from)
        line(m, "Most people have their quiet hours then and will not get it.");
}

static void explain_forms(struct turn *t)
{
    struct message *m = reply(t, "What I can do with rules for reminders:");

    bullet(m, "`nudge list`, `nudge show RULE`: which there are, and what they bring about");
    bullet(m, "`nudge dry RULE`: what it would send in %d days", NUDGE_AHEAD);
    bullet(m, "`nudge on RULE`, `nudge off RULE`, `nudge set RULE time 11:00`");
    bullet(m, "`nudge new`: make one");
}

static void me(struct turn *t, struct message *m)
{
    struct rows *r = query(t,
                           "SELECT r.slug, s.paused FROM nudge_standing s JOIN nudge_rule r ON r.id = s.rule WHERE "
                           "s.person = ?1 AND r.enabled = 1 AND (s.paused = 1 OR s.less > 0) ORDER BY r.slug",
                           I(t->person));

    while (row_next(r))
        if (row_int(r, 1))
            bullet(m, "Reminders of %s pause, as you left them without a word: `keep` takes them up again",
                   row_text(r, 0));
        else
            bullet(m, "Reminders of %s come less often, as you wanted", row_text(r, 0));
}

static void load(struct turn *t)
{
    rules_load(t);
}

static const struct command commands[] = {
    { "nudge list", list, .verb = "nudge", .role = ROLE_STEWARD, .help = "rules for reminders, dry and real",
      .example = "nudge list", .seen_by = "Curators and admins see the rules; nobody sees who ignores what." },
    { "nudge new", nudge_new, .writes = true, .role = ROLE_STEWARD, .example = "nudge new" },
    { "nudge show {rule:word}", show, .role = ROLE_STEWARD },
    { "nudge dry {rule:word}", dry, .role = ROLE_STEWARD, .example = "nudge dry monday" },
    { "nudge on {rule:word}", on, .writes = true, .role = ROLE_STEWARD, .example = "nudge on monday" },
    { "nudge off {rule:word}", off, .writes = true, .role = ROLE_STEWARD },
    { "nudge set {rule:word} time {time}", set_time, .writes = true, .role = ROLE_STEWARD,
      .example = "nudge set monday time 11:00" },
    { "nudge", list, .role = ROLE_STEWARD },
    { "nudge {what}", explain_forms, .role = ROLE_STEWARD },
    { 0 },
};

static const struct action actions[] = { { "nudge on", nudge_turn_on }, { 0 } };
static const struct timer timers[] = { { "nudge spread", rule_spread }, { 0 } };

static const struct personal data[] = {
    { "nudge", "person", DATA_DELETED,
      "SELECT r.slug AS rule, n.day, n.state, n.reason, n.at FROM nudge n JOIN nudge_rule r ON r.id = n.rule "
      "WHERE n.person = ?1 ORDER BY n.id",
      "Which reminders you got, and which were held back: you; how many there were in all: curators and admins." },
    { "nudge_standing", "person", DATA_DELETED,
      "SELECT r.slug AS rule, s.ignored, s.less, s.paused, s.snoozed FROM nudge_standing s "
      "JOIN nudge_rule r ON r.id = s.rule WHERE s.person = ?1 ORDER BY r.slug",
      NULL },
    { "nudge_subject", "person", DATA_DELETED,
      "SELECT kind, title, day FROM nudge_subject WHERE person = ?1 ORDER BY id", NULL },
    { "nudge_rule", "keeper", DATA_CLEARED, "SELECT slug FROM nudge_rule WHERE keeper = ?1 ORDER BY slug", NULL },
    { 0 },
};

const struct handler handler_nudges = {
    "nudges",         .group = "Curate", .commands = commands, .actions = actions,
    .timers = timers, .data = data,      .load = load,         .me = me,
};

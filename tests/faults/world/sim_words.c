/* What the people of the simulator write: questions, answers, commands, garbage. */
#include <string.h>

#include "sim.h"

/* A word nobody else writes: wherever it turns up, it is known whose words these are. */
static const char *token(struct sim *s)
{
    return arena_printf(s->w->arena, "zq%05dz", ++s->tokens);
}

const char *sim_card_question(struct sim *s)
{
    static const char *const all[] = {
        "How do I claim travel expenses?",
        "how do I book time off",
        "Where do I get meal vouchers?",
        "Which discount may I give?",
        "how do I refund a customer",
        "how can I open a new position?",
        "how do I update the people directory",
        "I got a strange email, what now?",
        "my laptop was stolen",
        "how do I undo a commit",
        "what is a left join",
        "I am ill today",
        "can I order a second monitor",
        "password manager",
        "how do I connect to the vpn",
        "vouchers for lunch",
        "discount",
        "hire somebody",
        "refund",
        "what do I do in my first week",
        "learning budget",
        "expenses",
        "parental leave",
    };

    return ONE_OF(all);
}

const char *sim_unknown_question(struct sim *s)
{
    static const char *const about[] = { "customs declaration",
                                         "tariff number",
                                         "expense claim",
                                         "git rebase",
                                         "slow query",
                                         "phishing",
                                         "outage",
                                         "giving feedback",
                                         "hiring",
                                         "first flush oolong",
                                         "wholesale contract",
                                         "damaged parcel",
                                         "slides",
                                         "office key",
                                         "sabbatical",
                                         "merge conflict",
                                         "training course" };
    static const struct {
        const char *before, *between;
    } forms[] = { { "Who decides about the ", " of the consignment " },
                  { "is there a ", " for " },
                  { "what became of the ", " called " },
                  { "Why does the ", " say " } };
    size_t form = sim_random(s, 4);

    return arena_printf(s->w->arena, "%s%s%s%s?", forms[form].before, ONE_OF(about), forms[form].between, token(s));
}

const char *sim_statement(struct sim *s)
{
    static const char *const forms[] = { "It is the green form, filed as ", "Ask the harbour office for ",
                                         "Nobody needs that since ", "Look into the folder " };

    return arena_printf(s->w->arena, "%s%s.", ONE_OF(forms), token(s));
}

const char *sim_command(struct sim *s)
{
    static const char *const all[] = {
        "me",
        "help",
        "help ask",
        "inbox",
        "unanswered",
        "review",
        "why",
        "undo",
        "privacy",
        "start",
        "prefs",
        "prefs quiet 17:00-10:00",
        "prefs quiet 20:00-08:00",
        "prefs tz Lisbon",
        "prefs nudges off",
        "prefs nudges on",
        "prefs day 0",
        "prefs day 2",
        "prefs week 3",
        "away until tomorrow",
        "away until fri",
        "back",
        "i'm back",
        "busy until tomorrow",
        "busy off",
        "cap 1",
        "cap 4",
        "cap 0",
        "pass 1",
        "pass 2",
        "withdraw 1",
        "withdraw 2",
        "mydata export",
        "mydata keep",
        "teach",
        "teach",
        "cancel",
        "expert customs",
        "who knows about sql",
        "1",
        "2",
        "3",
        "Helpful",
        "Pass",
        "Answer",
        "Fine",
        "yes",
        "skip",
        "next",
        "thanks",
        "hello",
        "me what does my manager see",
        "who looked at me",
        "people import",
        "answer 1",
        "answer 2",
        "/learn me",
        "!me",
    };
    static const char *const rare[] = { "stop",          "stop",          "start",        "quiet all until tomorrow",
                                        "quiet all off", "mydata delete", "quiet all off" };

    return sim_chance(s, 600) ? ONE_OF(rare) : ONE_OF(all);
}

const char *sim_garbage(struct sim *s)
{
    static const char *const all[] = { "",
                                       " ",
                                       "?",
                                       "???",
                                       "'; DROP TABLE person; --",
                                       "%s%n%d",
                                       "\xf0\x9f\x8d\xb5",
                                       "\xe2\x80\xae gnirts",
                                       "a\tb\nc\r\nd",
                                       "[1] Answer",
                                       "<b>bold</b> &amp;",
                                       "*Approve* `help` [x](javascript:alert)",
                                       "goal 1 160%",
                                       "answer 99999999999999",
                                       "prefs quiet 99:99-aa",
                                       "away until 31 June",
                                       "cap -1",
                                       "withdraw 0",
                                       "lorem ipsum dolor sit amet" };

    if (sim_random(s, 12) == 0) {
        char *text = arena_alloc(s->w->arena, 6001);
        memset(text, 'a' + (int)sim_random(s, 26), 6000);
        for (int i = 7; i < 6000; i += 3 + (int)sim_random(s, 9))
            text[i] = ' ';
        return text;
    }
    return ONE_OF(all);
}

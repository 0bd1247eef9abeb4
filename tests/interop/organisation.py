"""The smallest organisation in which a question can travel: whoever may be asked is at work now, whatever the hour."""
import datetime
import os

CARDS = {
    "claim-travel-expenses": ("Claiming travel expenses", ["how do I get my money back after a trip", "submit an expense report"],
                              "Photograph each receipt and send the claim within **30 days**. See [the form](https://example.org/form)."),
    "reset-password": ("Resetting your password", ["I cannot sign in", "my password does not work any more"],
                       "Open the sign-in page and choose *Forgot it*."),
    "order-a-laptop": ("Ordering a laptop", ["I need a new computer", "my laptop is broken"], "Ask the service desk."),
}
ZONES = ["Pacific/Honolulu", "America/Los_Angeles", "America/Chicago", "America/Sao_Paulo", "Europe/London", "Africa/Cairo",
         "Asia/Karachi", "Asia/Bangkok", "Asia/Tokyo", "Pacific/Auckland"]


def zone_at_work():
    """Where it is nearest to 11:00 now."""
    from zoneinfo import ZoneInfo
    now = datetime.datetime.now(datetime.timezone.utc)
    return min(ZONES, key=lambda z: abs((lambda t: t.hour * 60 + t.minute)(now.astimezone(ZoneInfo(z))) - 11 * 60))


def make(folder):
    os.makedirs(os.path.join(folder, "cards"))
    zone = zone_at_work()

    def put(name, text):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)

    put("learnd.yaml", 'organisation: "Interop"\nlive: "everyone"\nlearning_queue: nadia\nquiet: "23:00-05:00"\n'
                       "expert_consent: given\ntimezone: %s\nlanguages: [en]\n" % zone)
    put("topics.yaml", "- id: customs\n  name: Customs\n  aliases: [customs, tariff, import duty]\n  owner: nadia\n")
    people = ["external_id,handle,email,display_name,timezone,work_days,work_from,work_to,grants,expertise"]
    for i, (handle, grants, expertise) in enumerate([("alice", "", ""), ("bob", "", ""), ("carol", "", ""),
                                                     ("priya", "", "customs:5"), ("nadia", "admin;curator:*", "")]):
        people.append("E%d,%s,%s@example.org,%s Example,%s,Mo-Su,06:00,22:00,%s,%s" % (
            i, handle, handle, handle.capitalize(), zone, grants, expertise))
    put("people.csv", "\n".join(people) + "\n")
    for name, (title, aliases, body) in CARDS.items():
        lines = "".join("  - %s\n" % a for a in aliases)
        put("cards/%s.md" % name, "---\nid: %s\ntitle: %s\nowner: nadia\nclass: core\naliases:\n%s---\n%s\n" % (
            name, title, lines, body))

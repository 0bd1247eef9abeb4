/* English words that look like slips of our verbs but are words: "bust" is not "busy". Taken from the public SCOWL lists:
 * all words within the distance at which a slip would be offered. */
#include "learnd/text.h"

#include <string.h>

static const char english[] =
    " "
    "accompany aglow align allot allows alloy angel anger angler answered answers anther antler ashing asking ass "
    "assigned assigns assist assize assn aster atop audio audits awry bard bass bath beach beam behind bevies "
    "biggest bone budge buggiest buoy bury bus busby bush bushy buss bust buy buys cad callow camel canal cancan "
    "canceled cancels cancer cancers candle cane caned canes canker canned canoe canoed canoes canted canter car "
    "cards care cared carp carpel carrel cars cart cartel chance chanced chancel chancels chances channel clan coal "
    "command compact compare compass complaisance compliant comply conceal cone cord cosign curd dance danced "
    "dancer dances data dealt dearth death demand design detest dices diciest dies diet diets digested digests "
    "digit digits digress digs dikes dimes dimmest dine dines dingiest direct direst dirges disgust divert dives "
    "divest divests doe dole dome don dons dope dose dote dove doze driest drone dryest dune each earth edgiest "
    "emend ensign ermine except excerpt exert exerts exhort expect expects expel expels expend expertly experts "
    "expire expiry export exports extent extort fallow fealty finest flan foal fudge gal gassing goad goals goat "
    "gone hallow halt halts hard hare hath heal healed healer heals healthy heap heart hearth hearths hearts hearty "
    "heat heath heaths heats held hell helm helps hemp hep highest hone hugest idlest inexpert ingest judge kelp "
    "lance lanced lancer lances lancet lard lass lath leach levied levies likest limestone livest lone mallow "
    "mantel mass massing math milestones millstone millstones mind minestrone muggiest naive neat neath nest net "
    "newer newt nicest nighest none nude nudged nudges nugget nuggets oath one pads pals pan panel pans paps parcel "
    "pars pas passing passion past pasts pat patch pate paths pats paws pays peach pebble peddle penile peopled "
    "peoples perplex pert pestle pilots pimple piracy piss pith pivot plain plane plank plans plant play plot pole "
    "pone poodle pope poss preps pres press preview previews preys pricy primacy primary private privy profs propel "
    "purple puss quiets quilt quit quite reach realty ream reaming reassign rebind rebinds redid redrew refine "
    "refined refs refund rein reined reins relied relief relies remain remained remains remand remands reminded "
    "reminder reminds remiss remit remits rend renew rescind resend resign resin resins retina revel reviewed "
    "reviewer reviews revile reviled reviler reviles revise revised revises revive revived revives revue revues "
    "revved rewind rewinds rifest riming rind ripest sagest sallow sap sass sassing scare seam shade shake shale "
    "shame shape shard shared shares shark sharp shave sheath ship shire shop shore sign sip ski skid skim skimp "
    "skin skips skis skit slap slip slop smart smuggest snap snare snip snuggest soap soggiest sop spare star stare "
    "stark stars starts stat stealth steam step stomp stoop stops stow strop suavest suggested suggester suggests "
    "surest surges swab swag swam swamp swan swaps swat sway swop tallow tam tart tea teak teal teams tear teas "
    "teat tech teem temple term text tone top tram unto view vilest waived waiver waives wallow ward wave way "
    "wealth wealthy whelp widest wisest withdrawal withdrawn withdraws withdrew wive xrefs yard yelp zone ";

bool text_is_english(const char *word)
{
    size_t n = strlen(word);

    for (const char *at = strstr(english, word); n && at; at = strstr(at + 1, word))
        if (at > english && at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

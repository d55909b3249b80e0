"""Words shoppers add to the name of a thing, and words a catalogue adds that no shopper types.

They are general knowledge of grocery English, not read from any query log. Everything here but CHEAP is outside
every span (tag O).
"""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BRANDS = _listed(
    "kraft,heinz,tide,nestle,kelloggs,general mills,coca cola,coke,pepsi,doritos,lays,oreo,nabisco,barilla,"
    "campbells,hershey,tyson,oscar mayer,purina,pedigree,iams,huggies,pampers,dove,colgate,crest,gillette,"
    "maybelline,revlon,covergirl,loreal,almay,max factor,sally hansen,bonne bell,leggs,hanes,barbie,hasbro,"
    "fisher price,philadelphia,yoplait,dannon,chobani,tropicana,minute maid,folgers,maxwell house,lipton,"
    "quaker,betty crocker,pillsbury,duncan hines,stouffers,lean cuisine,hot pockets,digiorno,tombstone,"
    "perdue,butterball,hormel,ball park,bounty,charmin,kleenex,scott,glad,ziploc,clorox,lysol,febreze,"
    "cascade,dawn,energizer,duracell,kodak,bud light,coors,sutter home,barefoot,yellow tail,jack daniels,"
    "tylenol,advil,benadryl,vicks,centrum,slim fast,gatorade,powerade,red bull,dr pepper,7 up,mountain dew,"
    "ben and jerrys,breyers,haagen dazs,kroger,great value,store brand,name brand"
)

SYLLABLES = _listed(
    "al,ba,bel,bri,ca,cor,da,del,do,el,fa,fen,fi,ga,gro,ha,jo,ka,kel,la,lo,ma,mar,mel,mo,na,nor,o,pa,per,ra,ri,ro,sa,"
    "sol,ta,tor,u,va,ver,vi,wen,ya,zo"
)
"""Two or three make a brand nobody has heard of, so that a model learns to let unknown names be."""

ATTRIBUTES = _listed(
    "organic,gluten free,sugar free,fat free,low fat,low sodium,low carb,dairy free,lactose free,non gmo,vegan,"
    "vegetarian,kosher,halal,unsalted,unsweetened,reduced fat,no sugar added,high protein,keto,healthy,best,good,"
    "top rated,new,large,small,big,mini,family size,extra large,travel size,jumbo,fresh,homemade style,spicy,mild,"
    "plain,diet,scented,unscented,hypoallergenic,reusable,biodegradable,caffeine free,decaf,boneless,low calorie,"
    "extra strength,no pulp,whole grain,thin sliced,ripe,in bulk,2%,lightly salted,reduced sodium,quick,"
    "ready to eat,single"
)

AUDIENCES = _listed(
    "kids,babies,toddlers,baby,men,women,teens,dogs,cats,puppies,adults,seniors,party,breakfast,lunch,dinner,school,"
    "grilling,baking,thanksgiving,christmas,summer,camping,picnic,two,a crowd,sensitive skin,dry hair,diabetics,"
    "my dog,my son,the office,tonight,a birthday,easter,halloween,work,travel,soup,salads,sandwiches,tacos"
)

LEADS = _listed(
    "where is the,where can i find,where are the,do you have,do you sell,do you carry,looking for,i need,i want,"
    "show me,find,buy,order,need,get me,what aisle is,how much is,how much are,what is the price of,any,"
    "can i get,search for,i am looking for,shop for,add,we need,got any,is there any,which"
)

TAILS = _listed("please,near me,in stock,online,today,delivery,for pickup,?,available,this week,asap,thanks")

SERVICE = _listed(
    "store hours,return policy,opening hours sunday,check my balance,track my order,loyalty card,reset password,"
    "store locator,job application,customer service,weekly ad,pharmacy hours,refund,lost card,change address,"
    "cancel my order,phone number,is the store open today,delivery fee,app not working,how do i return something,"
    "my account,points balance,parking,closest store,wifi password,self checkout,rain check,complaint,"
    "where is my order,contact,help,what time do you close,login,sign up,employee discount form"
)

PLACES = ("in", "in the", "from", "from the", "under the", "in your")
PLACE_TAILS = ("section", "aisle", "department", "category", "")
JOINERS = ("and", "or", "with", "&", "plus", "and some")

CATALOGUE_WORDS = _words(
    "other others miscellaneous all only incl including general regular standard premium economy mainstream popular "
    "fighting ultra super value bulk prepack package packaged preportioned presliced seasonal everyday promotional "
    "continuity continuities taxable licensed retail discontinued items item products product supplies supply "
    "specialty assorted misc etc various select choice prime processed prepared exact random weight added included "
    "enhanced upscale types needs goods full size department warehouse checklane shelf stable individually wrapped "
    "brands substitutes stampable platinum deluxe special updated basic net portion loose vendor vending machine "
    "service unknown not exc"
)
"""Dropped from a catalogue text: tiers, packing and book-keeping."""

LEFT_ALONE = _words(
    "natural traditional fresh frozen boxed cooked raw dry red green white yellow lean kids external internal "
    "seasoned marinated gourmet flavored mixed variety digital outdoor indoor happy large small medium jumbo organic "
    "refrigerated hispanic ethnic imported domestic smoked value non consumer construction collegiate utility "
    "primal updated stimulants models blends mini single multi pack packs better for you novelties great own "
    "as seen on tv in store made dollar days less than restricted age quick new convenient heat serve home adult "
    "mens womens ladies girls boys baby infants and or with without of the no bone stems butts whole half"
)
"""A phrase made only of these names nothing by itself: `traditional` is an ice cream only to the shop."""

NOT_FOR_SALE = frozenset(
    ("coupon", "miscellaneous", "control store supplies", "charitable contributions", "general merchandise expense")
)
"""Departments that are book-keeping."""

SHORT_FORMS: dict[str, str] = {
    "barbecue": "bbq",
    "chocolate": "choc",
    "vegetables": "veggies",
    "vegetable": "veg",
    "refrigerated": "fridge",
    "frozen": "frzn",
    "chicken": "chkn",
    "sandwich": "sandwhich",
    "sandwiches": "subs",
    "detergent": "deterg",
    "decaffeinated": "decaf",
    "potatoes": "taters",
    "strawberries": "strawbs",
    "peanut": "pnut",
    "microwave": "micro",
    "accessories": "acc",
    "medium": "med",
    "large": "lg",
    "without": "w/o",
    "with": "w/",
    "and": "n",
    "package": "pkg",
    "vitamin": "vit",
    "vitamins": "vits",
    "magazine": "mag",
    "conditioners": "cond",
    "moisturizers": "moist",
    "halloween": "hlwn",
    "christmas": "xmas",
    "people": "ppl",
    "please": "pls",
    "birthday": "bday",
    "breakfast": "bfast",
    "looking": "lookin",
    "dollars": "bucks",
    "dollar": "buck",
    "under": "undr",
}
"""How a hurried shopper shortens a word; a tag is not changed by it."""

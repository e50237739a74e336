package sanitize

import "strings"

// set makes a set of words.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// rawText are the elements whose content a browser does not parse as markup (HTML standard, 13.1.2). None is kept, so
// no text of a result can be taken for markup or the other way round.
var rawText = set("script style xmp iframe noembed noframes noscript plaintext textarea")

// dropped are left out with all they hold.
var dropped = set(`script style xmp iframe noembed noframes noscript plaintext textarea head title template
	select datalist frameset frame embed applet map annotation annotation-xml foreignobject
	animate animatemotion animatetransform animatecolor set filter maction mglyph canvas metadata`)

// kept are the HTML elements that are written as they are.
var kept = set(`a abbr address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup
	dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li
	mark ol p pre q rb rp rt rtc ruby s samp section small source span strike strong sub summary sup
	table tbody td tfoot th thead time tr track tt u ul var video wbr`)

// renamed are elements that our page has once itself; they become plain blocks.
var renamed = map[string]string{"main": "div", "nav": "div", "html": "div", "body": "div"}

// carriers are renamed elements kept only when they carry a language, a direction or an id.
var carriers = set("html body")

var void = set("br col hr img source track wbr input meta link base area param embed")

// mathml are presentation elements (MathML Core with the few that older books use).
var mathml = set(`math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom menclose mfenced
	msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr semantics`)

var mathAttrs = set(`display mathvariant mathsize displaystyle scriptlevel stretchy symmetric largeop movablelimits
	fence separator form lspace rspace minsize maxsize accent accentunder linethickness bevelled numalign denomalign
	columnalign rowalign columnspacing rowspacing columnlines rowlines frame columnspan rowspan notation
	open close separators width height depth voffset alttext align equalrows equalcolumns side subscriptshift superscriptshift`)

// svg maps the names as HTML reads them to the names as SVG writes them. Nothing that moves, loads or scripts.
var svg = caseMap(`svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath
	linearGradient radialGradient stop clipPath mask pattern marker image title desc`)

var svgAttrs = caseMap(`viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points transform
	fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
	stroke-dashoffset stroke-opacity opacity color clip-path clip-rule mask marker-start marker-mid marker-end
	offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits
	patternTransform clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient
	preserveAspectRatio text-anchor dominant-baseline alignment-baseline baseline-shift font-family font-size
	font-style font-weight letter-spacing word-spacing dx dy rotate textLength lengthAdjust startOffset display
	visibility overflow paint-order vector-effect version xml:space`)

func caseMap(names string) map[string]string {
	m := map[string]string{}
	for _, n := range strings.Fields(names) {
		m[strings.ToLower(n)] = n
	}
	return m
}

// globalAttrs may stand on any HTML element; ids, links and styles are treated apart.
var globalAttrs = set("title lang dir translate role aria-label aria-hidden aria-level")

// attrs may stand on the elements named.
var attrs = map[string]map[string]bool{
	"a": set("hreflang"), "abbr": set("abbr"),
	"audio": set("loop"), "video": set("loop width height"),
	"source": set("type"), "track": set("kind srclang label default"),
	"blockquote": set(""), "col": set("span width align"), "colgroup": set("span width align"),
	"del": set("datetime"), "ins": set("datetime"), "time": set("datetime"), "details": set("open"),
	"div": set("align"), "p": set("align"),
	"h1": set("align"), "h2": set("align"), "h3": set("align"), "h4": set("align"), "h5": set("align"), "h6": set("align"),
	"img": set("alt width height"), "hr": set("align width"),
	"li": set("value type"), "ol": set("start type reversed"), "ul": set("type"),
	"table": set("border width align cellpadding cellspacing"),
	"td":    set("colspan rowspan align valign width abbr"), "th": set("colspan rowspan align valign width scope abbr"),
	"tr": set("align valign"), "tbody": set("align valign"), "thead": set("align valign"), "tfoot": set("align valign"),
}

// idRefs hold ids of the same page, separated by spaces.
var idRefs = set("headers aria-labelledby aria-describedby")

// styles are the properties kept of style attributes. Values hold only words, numbers and colours (see safeStyle), so
// nothing is loaded; nothing takes an element out of its place.
var styles = set(`text-align text-indent text-decoration text-transform font-style font-weight font-variant font-size
	vertical-align white-space list-style-type direction width max-width height
	margin-left margin-right margin-top margin-bottom padding-left padding-right float clear border border-collapse
	fill stroke stroke-width fill-opacity stroke-opacity opacity stop-color stop-opacity text-anchor
	fill-rule stroke-linecap stroke-linejoin stroke-dasharray stroke-miterlimit letter-spacing
	word-spacing font-family clip-path mask display visibility`)

// paints are the properties that may name a part of the same drawing.
var paints = set("fill stroke clip-path mask")

// closesP are the elements before which an open paragraph ends (HTML standard, 13.2.6.4.7).
var closesP = set(`address article aside blockquote center details div dl dd dt figcaption figure footer h1 h2 h3 h4 h5 h6
	header hgroup hr li ol p pre section summary table ul`)

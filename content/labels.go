package content

// Labels say what a resource is about and for whom, in the codes of the vocabulary that Kolibri's channels are labelled
// with (le-utils, labels), which are stable: "d&WXdXWF.qs0Xlaxq" is school mathematics, and lies within "d&WXdXWF". Codes
// that this release does not know are kept and not shown. Tags are free words.
type Labels struct {
	Activities    []string `cbor:"1,keyasint,omitempty" json:"activities,omitempty"`
	Subjects      []string `cbor:"2,keyasint,omitempty" json:"subjects,omitempty"`
	Levels        []string `cbor:"3,keyasint,omitempty" json:"levels,omitempty"`
	Types         []string `cbor:"4,keyasint,omitempty" json:"types,omitempty"`
	Accessibility []string `cbor:"5,keyasint,omitempty" json:"accessibility,omitempty"`
	Needs         []string `cbor:"6,keyasint,omitempty" json:"needs,omitempty"`
	Tags          []string `cbor:"7,keyasint,omitempty" json:"tags,omitempty"`
}

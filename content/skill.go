package content

// A Skill is one thing that can be learnt. Items name it by its ID (content.Item.Skill); the Needs of all skills of a
// course are a graph without rings. (Kolibri has none; CASE calls the edge "precedes".)
type Skill struct {
	ID    string   `cbor:"1,keyasint" json:"id"`                        // unique within its course, at most 64 bytes: "add-10"
	Title string   `cbor:"2,keyasint" json:"title"`                     // in the course's first language
	Needs []string `cbor:"3,keyasint,omitempty" json:"needs,omitempty"` // ids of skills to be learnt before it
}

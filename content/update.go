package content

// An Update is a blob that makes one edition of a course of another: what is new in it, and what to take from where.
// content/library makes and unfolds it.
type Update struct {
	From string `cbor:"1,keyasint" json:"from"` // manifest of the edition it is unfolded on, BLAKE3-256 in hex
	To   string `cbor:"2,keyasint" json:"to"`   // manifest of the edition it makes
	Hash string `cbor:"3,keyasint" json:"hash"` // of the blob
	Size int64  `cbor:"4,keyasint" json:"size"` // bytes
}

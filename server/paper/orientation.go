package paper

// Orientation is how a JPEG says it is to be held, as Exif has it, 1 to 8; 1 of what says nothing or is none.
func Orientation(b []byte) int {
	h, err := readHeader(b)
	if err != nil || h.orientation < 1 || h.orientation > 8 {
		return 1
	}
	return h.orientation
}

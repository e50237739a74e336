package exchange

// Behind makes n events owed count as long ago, and gives back what puts it right.
func Behind(n uint64) (restore func()) {
	was := manyDays
	manyDays = n
	return func() { manyDays = was }
}

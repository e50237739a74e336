package search

import (
	"errors"
	"fmt"
	"io/fs"
)

// noted remembers that the index is damaged where an error says so.
func (x *Index) noted(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrInvalid) {
		x.broken.Store(true)
	}
	return fmt.Errorf("search: %w", err)
}

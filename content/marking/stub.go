package marking

import (
	"errors"
	"net/url"

	"lamplight/content"
)

func draw(it content.Item, seed uint64) (Variant, error) { return Variant{}, errors.ErrUnsupported }
func mark(v Variant, r url.Values) (Result, error)       { return Result{}, errors.ErrUnsupported }
func check(it content.Item) error                        { return errors.ErrUnsupported }

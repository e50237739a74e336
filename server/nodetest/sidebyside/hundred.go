package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	manyZIMs       = 100
	manyZIMPages   = 60
	startMoreAtAll = 300 // milliseconds
)

// hundred measures what a hundred installed ZIMs add to a start: from exec to the last byte of the library page, in turn
// with a box that has none.
func (b *bench) hundred(ctx context.Context) error {
	books := manyZIMs
	if b.tiny {
		books = 5
	}
	none, err := b.emptySchool(ctx)
	if err != nil {
		return err
	}
	many, err := b.manyBox(ctx, books)
	if err != nil {
		return err
	}
	var without, with []time.Duration
	for range max(3, b.rounds()*3) {
		for _, box := range []struct {
			data string
			took *[]time.Duration
		}{{none, &without}, {many, &with}} {
			took, err := firstPage(ctx, "/library", func() (*child, error) {
				n, err := b.launch(box.data, "")
				if err != nil {
					return nil, err
				}
				return n.child, nil
			})
			if err != nil {
				return err
			}
			*box.took = append(*box.took, took)
		}
	}
	o, n := milliseconds(median(with)), milliseconds(median(without))
	b.table.add(fmt.Sprintf("exec → first complete page, %d ZIMs installed", books), fmt.Sprintf("%.0f ms", o), fmt.Sprintf("none installed: %.0f ms", n),
		fmt.Sprintf("%+.0f ms", o-n), fmt.Sprintf("≤ +%d ms", startMoreAtAll), o-n <= startMoreAtAll)
	return nil
}

// manyBox is a box with so many small ZIMs, each with pages of its own, whose index is made.
func (b *bench) manyBox(ctx context.Context, books int) (data string, err error) {
	folder, err := os.MkdirTemp(b.dir, "small")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	for i := range books {
		if err := writeSmallZIM(filepath.Join(folder, fmt.Sprintf("small-%03d.zim", i)), i, manyZIMPages); err != nil {
			return "", err
		}
	}
	if data, err = b.emptySchool(ctx); err != nil {
		return "", err
	}
	var report struct {
		Courses []struct{} `json:"courses"`
		Refused []struct{ Path, Reason string }
	}
	if err := b.command(ctx, data, &report, "import", folder); err != nil {
		return "", err
	}
	if len(report.Courses) != books {
		return "", fmt.Errorf("%d of %d ZIMs are installed: %v", len(report.Courses), books, report.Refused)
	}
	_, err = b.index(ctx, data)
	return data, err
}

// emptySchool is a data folder of a school of a few people, whose library page anybody sees.
func (b *bench) emptySchool(ctx context.Context) (data string, err error) {
	if data, err = os.MkdirTemp(b.dir, "school"); err != nil {
		return "", err
	}
	var made struct{}
	return data, b.command(ctx, data, &made, "demo", "--learners", "2", "--classes", "1", "--days", "1")
}

package kolibri

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"lamplight/content/kolibri/sqlite"
)

// kolibriDate is how Kolibri writes a time, and the only form besides str(datetime) that it reads (fields.py): with a T or a
// Z in it the whole channel is refused.
const kolibriDate = "2006-01-02 15:04:05.000000(UTC)"

// mendDate writes the date of the channel at path as Kolibri reads it, where it does not. Other values are left alone, and so
// is a database that has no such column, or no room for it where it is.
func mendDate(ctx context.Context, path string) error {
	err := sqlite.Change(ctx, path, "content_channelmetadata", "last_updated", func(date string) (string, bool) {
		when, err := time.Parse(time.RFC3339, date)
		return when.UTC().Format(kolibriDate), err == nil // else none, or one of Kolibri's own
	})
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

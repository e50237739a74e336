package kolibri

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"
)

// kolibriDate is how Kolibri writes a time, and the only form besides str(datetime) that it reads (fields.py): with a T or a
// Z in it the whole channel is refused.
const kolibriDate = "2006-01-02 15:04:05.000000(UTC)"

// mendDate writes the date of the channel at path as Kolibri reads it, where it does not. Other bytes are left alone.
func mendDate(ctx context.Context, path string) error {
	d, err := openDatabase(ctx, path)
	if err != nil {
		return err
	}
	date := ""
	err = d.each(ctx, "content_channelmetadata", maxRows, []want{text("last_updated")}, func(r *row) error {
		date = r.text(0)
		return errEnough
	})
	d.close()
	if err != nil && !errors.Is(err, errEnough) {
		return broken(err)
	}
	when, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return nil // none, or one of Kolibri's own
	}
	dsn := (&url.URL{Scheme: "file", Path: path, RawQuery: "mode=rw&_pragma=trusted_schema(0)&_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-2000)&_pragma=temp_store(2)"}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "UPDATE content_channelmetadata SET last_updated = ?", when.UTC().Format(kolibriDate)); err != nil {
		return broken(err)
	}
	return db.Close()
}

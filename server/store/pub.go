package store

import (
	"time"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Single-writer facts: of one stream the last counts, so a value is its order and the fact.

func putLast(kv KV, bucket string, key []byte, o learning.Order, value []byte) {
	if old := kv.Get(bucket, key); old == nil || o.After(learning.Order(old[:24])) {
		kv.Put(bucket, key, join(o[:], value))
	}
}

func applyOffer(kv KV, ev *segment.Event) error {
	o, err := learning.ParseOffer(ev)
	if err != nil {
		return err
	}
	course, _ := learning.Raw(o.Course)
	var e learning.Encoder
	for _, s := range []string{o.Edition, o.Format, o.Title, o.Language, o.Licence, o.Manifest, o.School} {
		e.String(s)
	}
	e.Uint(uint64(o.Size))
	e.Uint(uint64(o.Bytes))
	e.String(string(learning.PackUpdates(o.Updates)))
	putLast(kv, offerBucket, offerKey(course, ev.Stream), learning.OrderOf(ev), e.B)
	return nil
}

// readOffer reads a key and value of pub.offer.
func readOffer(k, v []byte) (o learning.Offer, at learning.Order) {
	copy(at[:], v)
	d := learning.Decoder{B: v[24:]}
	o.Course = courseID(k[:16])
	for _, s := range []*string{&o.Edition, &o.Format, &o.Title, &o.Language, &o.Licence, &o.Manifest, &o.School} {
		*s = d.String()
	}
	o.Size, o.Bytes = int64(d.Uint()), int64(d.Uint())
	o.Updates = learning.ReadUpdates([]byte(d.String()), o.Manifest)
	o.Streams = []clock.Stream{clock.Stream(k[16:24])}
	return o, at
}

func applyDevice(kv KV, ev *segment.Event) error {
	n, err := learning.ParseDeviceName(ev)
	if err != nil {
		return err
	}
	var e learning.Encoder
	e.String(n.Name)
	e.String(n.School)
	putLast(kv, deviceBucket, deviceKey(ev.Stream, n.Device), learning.OrderOf(ev), e.B)
	return nil
}

// applyCalibration keeps the best of all calibrations of a boot; of equally good ones the last in order.
func applyCalibration(kv KV, ev *segment.Event) error {
	c, err := learning.ParseCalibration(ev)
	if err != nil {
		return err
	}
	o := learning.OrderOf(ev)
	if old := kv.Get(calBucket, c.Boot[:]); old != nil {
		was, at := readCalibration(old)
		if better := was.Compare(c); better > 0 || better == 0 && at.After(o) {
			return nil
		}
	}
	var e learning.Encoder
	e.Bool(c.Believed)
	e.Uint(uint64(c.Start.UnixMilli()))
	e.String(c.Source)
	e.Uint(uint64(c.Within))
	kv.Put(calBucket, c.Boot[:], join(o[:], e.B))
	return nil
}

func readCalibration(v []byte) (c learning.Calibration, at learning.Order) {
	copy(at[:], v)
	d := learning.Decoder{B: v[24:]}
	c.Believed = d.Bool()
	c.Start = time.UnixMilli(int64(d.Uint())).UTC()
	c.Source = d.String()
	c.Within = time.Duration(d.Uint())
	return c, at
}

// when dates a stamp where its boot is known.
func when(kv KV, st clock.Stamp) learning.When {
	w := learning.When{Stamp: st}
	if v := kv.Get(calBucket, st.Boot[:]); v != nil {
		c, _ := readCalibration(v)
		w.Known, w.Believed, w.Time = true, c.Dates(), c.At(st)
	}
	return w
}

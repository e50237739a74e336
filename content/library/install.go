package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"lamplight/content"
)

// InstallPlan installs what a format planned of something that is no path: a course embedded in the binary (pack.PlanFS).
// Installing what is installed is no error and changes nothing.
func (l *Library) InstallPlan(ctx context.Context, p *content.Plan, o ImportOptions) (c content.Course, err error) {
	f, err := l.format(p.Course.Format)
	if err != nil {
		return c, err
	}
	err = survive(func() error {
		if err := checkPlan(p, f); err != nil {
			return err
		}
		c, _, err = l.installPlan(ctx, p, o)
		return err
	})
	return c, err
}

// installPlan keeps what a plan names and makes it the course's edition. If it fails nothing stays but what is noted to go on
// with. Files that were left out are refused.
func (l *Library) installPlan(ctx context.Context, p *content.Plan, o ImportOptions) (content.Course, []content.RefusedFile, error) {
	l.installing.Lock()
	defer l.unlock()
	in, ok, err := l.unchanged(ctx, p, o.Link)
	if err != nil || ok {
		return in.Course, nil, err
	}
	k := keeper{l: l, ctx: ctx, o: o, course: p.Course.ID, title: p.Course.Title, links: map[string]link{}, sources: map[string]string{}}
	m, err := k.keep(p)
	var c content.Course
	var updates []content.Update
	if err == nil {
		m, updates, err = k.updates(m)
	}
	if err == nil {
		c, err = l.commit(m, record{Links: k.links, Sources: k.sources, Updates: updates})
	}
	if err == nil || !goesOn(err) {
		err = errors.Join(err, l.endPartial(p.Course.ID))
	}
	if err != nil || k.anew {
		l.sweep(k.kept) // all, or the file as it was published
	}
	if err != nil {
		return content.Course{}, k.refused, err
	}
	return c, k.refused, nil
}

// commit stores the manifest, opens the course as it will be served, and makes it the one installed. The caller holds
// installing. If it fails, the manifest is swept, the files are the caller's to sweep, and the edition before stays.
func (l *Library) commit(m *Manifest, rec record) (c content.Course, err error) {
	b, err := m.encode()
	if err != nil {
		return c, err
	}
	if len(b) > maxManifest {
		return c, fmt.Errorf("its manifest would be %d bytes: too many files: %w", len(b), fs.ErrInvalid)
	}
	manifest := hashBytes(b)
	if !l.blobs.Has(manifest) {
		if _, _, err = l.blobs.PutNoted(context.Background(), bytes.NewReader(b), l.note); err != nil {
			return c, err
		}
		defer func() {
			if err != nil {
				l.sweep([]string{manifest})
			}
		}()
	}
	in := &installed{Course: m.Course, Manifest: manifest, ManifestSize: int64(len(b)), Format: m.Format, Files: m.Files, Links: maps.Clone(rec.Links), Updates: rec.Updates}
	var found *listing
	if err = survive(func() (err error) { found, err = l.listingOf(in, m); return err }); err != nil {
		return c, err
	}
	old, _ := l.find(m.Course.ID)
	if err = errors.Join(l.noteAll(old), l.noteAll(l.inTrash(m.Course.ID))); err != nil {
		return c, err
	}
	rec.Manifest = manifest
	if err = l.writeRecord(m.Course.ID, rec); err != nil {
		return c, err
	}
	// From here it is installed: a library.db that lags behind is caught up at the next start.
	if errIndex := l.index(in, found); errIndex != nil {
		l.problem(m.Course.ID, "library.db", errIndex)
	}
	l.outOfTrash(m.Course.ID)
	l.publish(m.Course.ID, in, old)
	return in.Course, nil
}

// Install installs the course of a manifest, all of whose blobs are in the store, each file or the form it travels in:
// they came from a peer, so everything is checked as an import is. Installing what is installed is no error. Such of the
// updates as are here are kept for other boxes. fs.ErrNotExist when a blob is missing. When a file cannot be made of its form, ManifestBlobs names the file from then on.
func (l *Library) Install(ctx context.Context, manifest string, updates ...content.Update) (content.Course, error) {
	l.installing.Lock()
	defer l.unlock()
	m, err := readManifest(l.blobs, manifest)
	if err != nil {
		return content.Course{}, fmt.Errorf("library: install: %w", err)
	}
	if in, err := l.find(m.Course.ID); err == nil && in.Manifest == manifest {
		return in.Course, nil
	}
	if err = l.unpack(ctx, m); err == nil {
		err = l.vet(ctx, m)
	}
	if err != nil {
		return content.Course{}, fmt.Errorf("library: install of %s: %w", clip(m.Course.Title, 200), err)
	}
	c, err := l.commit(m, record{Updates: l.leading(updates, manifest, m)})
	if err != nil {
		return content.Course{}, fmt.Errorf("library: install of %s: %w", clip(m.Course.Title, 200), err)
	}
	l.forgetForms(m)
	for _, u := range updates { // those that are not kept
		l.sweep([]string{u.Hash})
	}
	return c, nil
}

// A vetter is a format that looks at the whole of a course that another box made before it is served.
type vetter interface {
	Vet(ctx context.Context, c content.Course, files content.Files) error
}

func (l *Library) vet(ctx context.Context, m *Manifest) error {
	f, err := l.format(m.Format)
	if err != nil {
		return err
	}
	for _, file := range m.Files {
		size, err := l.blobs.Size(file.Hash)
		if err != nil {
			return fmt.Errorf("%s is not here yet: %w", file.Name, err)
		}
		if size != file.Size {
			return fmt.Errorf("%s has %d bytes, not %d: %w", file.Name, size, file.Size, fs.ErrInvalid)
		}
	}
	v, ok := f.(vetter)
	if !ok {
		return nil
	}
	in := &installed{Course: m.Course, Format: m.Format, Files: m.Files}
	return survive(func() error { return v.Vet(ctx, m.Course, l.files(in)) })
}

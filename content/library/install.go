package library

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

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
		c, err = l.installPlan(ctx, p, o)
		return err
	})
	return c, err
}

// installPlan keeps what a plan names and makes it the course's edition. Nothing stays if it fails.
func (l *Library) installPlan(ctx context.Context, p *content.Plan, o ImportOptions) (content.Course, error) {
	l.installing.Lock()
	defer l.unlock()
	if in, ok := l.unchanged(p, o.Link); ok {
		return in.Course, nil
	}
	k := keeper{l: l, ctx: ctx, o: o, title: p.Course.Title, links: map[string]link{}}
	m, err := k.keep(p)
	var c content.Course
	if err == nil {
		c, err = l.commit(m, k.links)
	}
	if err != nil {
		l.sweep(k.kept)
		return content.Course{}, err
	}
	return c, nil
}

// unchanged says whether exactly this edition is installed, and in the same way.
func (l *Library) unchanged(p *content.Plan, asLink bool) (*installed, bool) {
	in, err := l.find(p.Course.ID)
	if err != nil || in.Course.Edition != p.Course.Edition || in.Format != p.Course.Format || len(in.Files) != len(p.Files) || !l.allThere(in) {
		return nil, false
	}
	for i, f := range p.Files {
		if in.Files[i].Name != f.Name || in.Files[i].Size != f.Size {
			return nil, false
		}
		if k, linked := in.Links[f.Name]; linked != asLink && f.Make == nil || linked && !k.sameFile(f) {
			return nil, false
		}
	}
	if old, err := readManifest(l.blobs, in.Manifest); err != nil || string(old.Index) != string(p.Index) {
		return nil, false // the reader of another release found out more
	}
	return in, true
}

// A keeper copies, makes or links a plan's files.
type keeper struct {
	l           *Library
	ctx         context.Context
	o           ImportOptions
	title       string
	done, total int64
	kept        []string // blobs, to be swept if the install fails
	links       map[string]link
}

func (k *keeper) keep(p *content.Plan) (*Manifest, error) {
	var copied int64
	for _, f := range p.Files {
		k.total += f.Size
		if !k.o.Link || f.Make != nil {
			copied += f.Size
		}
	}
	if err := k.l.blobs.Room(copied); err != nil {
		return nil, err
	}
	m := &Manifest{Version: ManifestVersion, Course: p.Course, Format: p.Course.Format, Index: p.Index}
	for _, f := range p.Files {
		file, err := k.file(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		m.Files = append(m.Files, file)
	}
	return m, nil
}

func (k *keeper) file(f content.PlanFile) (ManifestFile, error) {
	switch {
	case f.Make != nil:
		return k.make(f)
	case k.o.Link && len(f.Parts) == 1:
		return k.link(f)
	default:
		return k.copy(f)
	}
}

// make lets the format write the file, in the store's own folder.
func (k *keeper) make(f content.PlanFile) (ManifestFile, error) {
	temp, err := k.l.blobs.Temp()
	if err != nil {
		return ManifestFile{}, err
	}
	defer os.Remove(temp)
	if err := f.Make(k.ctx, temp); err != nil {
		return ManifestFile{}, err
	}
	hash, size, err := k.l.blobs.Adopt(k.ctx, temp, k.l.note)
	if err != nil {
		return ManifestFile{}, err
	}
	k.kept = append(k.kept, hash)
	k.progress(size)
	return ManifestFile{Name: f.Name, Size: size, Hash: hash}, nil
}

// link leaves the file where it is; HashLinked reads it later.
func (k *keeper) link(f content.PlanFile) (ManifestFile, error) {
	path, err := filepath.Abs(f.Parts[0])
	if err != nil {
		return ManifestFile{}, err
	}
	fi, err := os.Stat(path)
	if err != nil {
		return ManifestFile{}, err
	}
	k.links[f.Name] = link{Path: path, Size: fi.Size(), ModTime: fi.ModTime().UnixNano(), MD5: hex.EncodeToString(f.MD5), MD5Size: f.MD5Size}
	return ManifestFile{Name: f.Name, Size: fi.Size()}, nil
}

func (l link) sameFile(f content.PlanFile) bool {
	if len(f.Parts) != 1 {
		return false
	}
	path, err := filepath.Abs(f.Parts[0])
	fi, errStat := os.Stat(l.Path)
	return err == nil && errStat == nil && path == l.Path && fi.Size() == l.Size && fi.ModTime().UnixNano() == l.ModTime
}

// copy puts the joined parts into the store, checking size and MD5 on the way.
func (k *keeper) copy(f content.PlanFile) (ManifestFile, error) {
	r := &partsReader{parts: f.Parts, want: f.Size, progress: k.progress}
	if len(f.MD5) > 0 {
		r.sum, r.sumLeft, r.sumWant = md5.New(), f.MD5Size, f.MD5
	}
	defer r.close()
	hash, size, err := k.l.blobs.PutNoted(k.ctx, r, k.l.note)
	if err != nil {
		return ManifestFile{}, err
	}
	k.kept = append(k.kept, hash)
	return ManifestFile{Name: f.Name, Size: size, Hash: hash}, nil
}

func (k *keeper) progress(n int64) {
	if k.done += n; k.o.Progress != nil {
		k.o.Progress(k.done, max(k.total, k.done), k.title)
	}
}

// A partsReader reads files one after the other. At the end it fails unless size and MD5 are as they should be.
type partsReader struct {
	parts    []string
	open     *os.File
	read     int64
	want     int64
	sum      hash.Hash
	sumLeft  int64
	sumWant  []byte
	progress func(int64)
}

func (r *partsReader) Read(b []byte) (int, error) {
	for {
		if r.open == nil {
			if len(r.parts) == 0 {
				return 0, r.end()
			}
			f, err := os.Open(r.parts[0])
			if err != nil {
				return 0, err
			}
			r.open, r.parts = f, r.parts[1:]
		}
		n, err := r.open.Read(b)
		if errors.Is(err, io.EOF) && n == 0 {
			r.close()
			continue
		}
		r.read += int64(n)
		if s := min(int64(n), r.sumLeft); s > 0 {
			r.sum.Write(b[:s])
			r.sumLeft -= s
		}
		r.progress(int64(n))
		return n, err
	}
}

func (r *partsReader) end() error {
	if r.read != r.want {
		return fmt.Errorf("it has %d bytes where %d were planned: it changed while it was read: %w", r.read, r.want, fs.ErrInvalid)
	}
	if r.sumWant != nil && (r.sumLeft > 0 || string(r.sum.Sum(nil)) != string(r.sumWant)) {
		return fmt.Errorf("its MD5 is not the one it states: the file is damaged: %w", fs.ErrInvalid)
	}
	return io.EOF
}

func (r *partsReader) close() {
	if r.open != nil {
		r.open.Close()
		r.open = nil
	}
}

// commit stores the manifest, opens the course as it will be served, and makes it the one installed. The caller holds
// installing. If it fails, the manifest is swept, the files are the caller's to sweep, and the edition before stays.
func (l *Library) commit(m *Manifest, links map[string]link) (c content.Course, err error) {
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
	in := &installed{Course: m.Course, Manifest: manifest, ManifestSize: int64(len(b)), Format: m.Format, Files: m.Files, Links: maps.Clone(links)}
	var terms []term
	if err = survive(func() (err error) { terms, err = l.termsOf(in, m); return err }); err != nil {
		return c, err
	}
	old, _ := l.find(m.Course.ID)
	if err = l.noteAll(old); err != nil {
		return c, err
	}
	if err = l.writeRecord(m.Course.ID, record{Manifest: manifest, Links: links}); err != nil {
		return c, err
	}
	// From here it is installed: a library.db that lags behind is caught up at the next start.
	if errIndex := l.index(in, terms); errIndex != nil {
		l.problem(m.Course.ID, "library.db", errIndex)
	}
	l.publish(m.Course.ID, in, old)
	return in.Course, nil
}

// Install installs the course of a manifest, all of whose blobs are in the store: they came from a peer, so everything
// is checked as an import is. Installing what is installed is no error. fs.ErrNotExist when a blob is missing.
func (l *Library) Install(ctx context.Context, manifest string) (content.Course, error) {
	l.installing.Lock()
	defer l.unlock()
	m, err := readManifest(l.blobs, manifest)
	if err != nil {
		return content.Course{}, fmt.Errorf("library: install: %w", err)
	}
	if in, err := l.find(m.Course.ID); err == nil && in.Manifest == manifest {
		return in.Course, nil
	}
	if err := l.vet(ctx, m); err != nil {
		return content.Course{}, fmt.Errorf("library: install of %s: %w", clip(m.Course.Title, 200), err)
	}
	c, err := l.commit(m, nil)
	if err != nil {
		return content.Course{}, fmt.Errorf("library: install of %s: %w", clip(m.Course.Title, 200), err)
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

package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// version is of the file's shape. A newer one is set aside.
const version = 1

type file struct {
	Version int    `json:"version"`
	Tasks   []Task `json:"tasks"`
}

// readFile reads the tasks; none when there is no file.
func readFile(path string) ([]Task, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var f file
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err == nil && f.Version != version {
		err = fmt.Errorf("%s is of version %d, and this release reads %d: %w", path, f.Version, version, errors.ErrUnsupported)
	}
	return f.Tasks, err
}

func setAside(path string) error { return os.Rename(path, path+".damaged") }

// writeFile replaces the file: a power cut leaves the old one or the new one.
func writeFile(path string, tasks []Task) error {
	b, err := json.Marshal(file{version, tasks})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".queue-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when the rename happened
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

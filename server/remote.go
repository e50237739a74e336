package server

import (
	"context"
	"path/filepath"

	"lamplight/content/kolibri/remote"
	"lamplight/content/library"
)

// ImportFrom imports channels from a running Kolibri: http://HOST:PORT, then their ids, or "all"; without, it lists what is
// there. What was gathered of an import that was cut off lies in the data folder's incoming/ until it is gone on with.
func (s *Server) ImportFrom(ctx context.Context, address string, o library.ImportOptions) (remote.Report, error) {
	return remote.Import(ctx, s.Library, filepath.Join(s.dir, "incoming"), address, o)
}

package view

// App is "/resource/{id}" for an app of a package, in a sandboxed frame served by the player's port. Its script posts to
// Save what the app says: token, and any of progress and score (0–10000), complete ("1"), state; see server/web/app.go.
type App struct {
	Frame
	Heading  string
	Lang     string
	About    string
	Crumbs   []Link
	Source   string // absolute URL on the player's port
	Inside   string // how the path of every page of the package begins
	Given    string // the frame's name: what the app kept, for the script that comes first in its pages
	Save     string // "" for guests: nothing is kept
	Bytes    int64
	Percent  int // 0–100
	Scored   bool
	Score    int // percent of the points, as the app told them
	Complete bool
	Previous *Link
	Next     *Link
	Siblings []Sibling
	Licence  Licence
	Keep     *Keep
}

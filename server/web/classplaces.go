package web

import (
	"lamplight/server/learning"
	"lamplight/ui/view"
)

// classHome is the page of one class.
func classHome(id learning.ClassID) string { return "/teach/class/" + string(id) }

// classPlaces are the places of one class that are there, a line each, in the order in which a teacher's day meets them.
func classPlaces(id learning.ClassID) view.ClassPlaces {
	return view.ClassPlaces{
		{Key: "now", Icon: "network", URL: inClassURL(id)},
		{Key: "people", Icon: "person", URL: classPeopleURL(id)},
		{Key: "work", Icon: "lesson", URL: workURL(id)},
		{Key: "attendance", Icon: "hand", URL: classHome(id) + "/attendance"},
		{Key: "levels", Icon: "progress", URL: levelsPath(id)},
		{Key: "watch", Icon: "helped", URL: classHome(id) + "/watch"},
		{Key: "report", Icon: "progress", URL: classHome(id) + "/report"},
		{Key: "loop", Icon: "lesson", URL: loopPath(id, "")},
		{Key: "conduct", Icon: "video", URL: classHome(id) + "/conduct"},
		{Key: "rotation", Icon: "clock", URL: boardPath(id)},
		{Key: "closure", Icon: "home", URL: closurePath(id)},
		{Key: "slips", Icon: "home", URL: classHome(id) + "/slips"},
		{Key: "notices", Icon: "note", URL: "/notices?for=" + string(id)},
		{Key: "paper", Icon: "print", URL: paperHome(id)},
	}
}

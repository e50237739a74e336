package web

import "strings"

// helps is the help beside each page of teachers and administrators: the beginning of its address and the message
// "help.KEY". Of several that begin an address the longest counts; "/teach" and "/admin" are of those two pages alone.
var helps = [][2]string{
	{"/teach", "teach"},
	{trainingPath, "training"},
	{"/teach/class/{class}", "class"},
	{"/teach/class/{class}/people", "class-people"},
	{"/teach/class/{class}/lessons", "work"},
	{"/teach/class/{class}/attendance", "attendance"},
	{"/teach/class/{class}/attendance/history", "history"},
	{"/teach/class/{class}/levels", "levels"},
	{"/teach/class/{class}/levels/groups", "groups"},
	{"/teach/class/{class}/levels/cards", "groups"},
	{"/teach/class/{class}/watch", "watch"},
	{"/teach/class/{class}/slips", "slips"},
	{"/teach/class/{class}/report", "report"},
	{"/teach/class/{class}/report/quiz", "quiz-report"},
	{"/teach/class/{class}/report/skills", "skills"},
	{"/teach/class/{class}/paper", "paper"},
	{"/teach/class/{class}/now", "now"},
	{"/teach/class/{class}/loop", "loop"},
	{"/teach/class/{class}/rotation", "rotation"},
	{"/teach/class/{class}/closure", "closure"},
	{"/teach/class/{class}/conduct", "conduct"},
	{"/teach/conduct/", "conduct"},
	{"/teach/paper/", "paper"},
	{"/teach/lesson/", "lesson"},
	{"/teach/quiz/", "quiz"},
	{"/teach/learner/", "learner"},
	{"/teach/own", "own"},
	{"/teach/add", "add"},
	{clockPath, "clock"},
	{"/notices", "notices"},
	{"/accommodation/", "needs"},
	{"/admin", "box"},
	{"/admin/hours", "hours"},
	{calendarPath, "calendar"},
	{sheetPath, "recovery"},
	{"/admin/take", "take"},
	{"/admin/people", "people"},
	{importPath, "import"},
	{yearPath, "year"},
	{twinsPath, "twins"},
	{personPath + "{person}", "person"},
	{cardsPath, "cards"},
	{boxesPath, "peers"},
	{settlePath, "settle"},
	{backupPath, "spare"},
	{carryPath, "carry"},
	{contentPath, "content"},
	{cataloguePath, "content"},
	{"/admin/library", "content"},
	{"/admin/privacy", "privacy"},
}

// helpOf is the help of the page that a route's pattern, such as "GET /teach", serves; "" none.
func helpOf(pattern string) (key string) {
	_, path, _ := strings.Cut(pattern, " ")
	best := 0
	for _, h := range helps {
		rest, ok := strings.CutPrefix(path, h[0])
		if ok && len(h[0]) > best && (rest == "" || len(h[0]) > len("/teach") && (h[0][len(h[0])-1] == '/' || rest[0] == '/')) {
			best, key = len(h[0]), h[1]
		}
	}
	return key
}

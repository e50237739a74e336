package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// Page renders any of the structs of package view as its page; a view.PageFrame comes with a made-up article, for the
// gallery. The error is for a value that is no page.
func Page(v any) (templ.Component, error) {
	switch v := v.(type) {
	case view.Home:
		return Home(v), nil
	case view.Library:
		return Library(v), nil
	case view.Course:
		return Course(v), nil
	case view.Resource:
		return Resource(v), nil
	case view.App:
		return App(v), nil
	case view.Article:
		return Article(v), nil
	case view.Book:
		return Book(v), nil
	case view.DocumentPage:
		return DocumentPage(v), nil
	case view.Slides:
		return Slides(v), nil
	case view.Within:
		return Within(v), nil
	case view.Carry:
		return Carry(v), nil
	case view.Adding:
		return Adding(v), nil
	case view.AddedFile:
		return AddedFile(v), nil
	case view.PageFrame:
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return framedSample(w, v) }), nil
	case view.Progress:
		return Progress(v), nil
	case view.Search:
		return Search(v), nil
	case view.LicencePage:
		return LicencePage(v), nil
	case view.Error:
		return Error(v), nil
	case view.Settings:
		return Settings(v), nil
	case view.District:
		return District(v), nil
	case view.DistrictSchool:
		return DistrictSchool(v), nil
	case view.DistrictSend:
		return DistrictSend(v), nil
	case view.DistrictSent:
		return DistrictSent(v), nil
	case view.Privacy:
		return Privacy(v), nil
	case view.PrivacyPerson:
		return PrivacyPerson(v), nil
	case view.PrivacyErase:
		return PrivacyErase(v), nil
	case view.InClass:
		return InClass(v), nil
	case view.Now:
		return Now(v), nil
	case view.Attendance:
		return Attendance(v), nil
	case view.AttendanceHistory:
		return AttendanceHistory(v), nil
	case view.Levels:
		return Levels(v), nil
	case view.LevelGroups:
		return LevelGroups(v), nil
	case view.ActivityCards:
		return ActivityCards(v), nil
	case view.Watch:
		return Watch(v), nil
	case view.Loops:
		return Loops(v), nil
	case view.Loop:
		return Loop(v), nil
	case view.Films:
		return Films(v), nil
	case view.Stops:
		return Stops(v), nil
	case view.Conduct:
		return Conduct(v), nil
	case view.Board:
		return Board(v), nil
	case view.Closure:
		return Closure(v), nil
	case view.Slips:
		return Slips(v), nil
	case view.OwnCourses:
		return OwnCourses(v), nil
	case view.OwnCourse:
		return OwnCourse(v), nil
	case view.OwnPage:
		return OwnPage(v), nil
	case view.OwnQuestions:
		return OwnQuestions(v), nil
	case view.OwnItem:
		return OwnItem(v), nil
	case view.OwnVersions:
		return OwnVersions(v), nil
	case view.OwnPreview:
		return OwnPreview(v), nil
	case view.Notices:
		return Notices(v), nil
	case view.Accommodation:
		return Accommodation(v), nil
	case view.Languages:
		return Languages(v), nil
	case view.Exercise:
		return Exercise(v), nil
	case view.Lesson:
		return Lesson(v), nil
	case view.Quiz:
		return Quiz(v), nil
	case view.QuizQuestion:
		return QuizQuestion(v), nil
	case view.QuizSubmit:
		return QuizSubmit(v), nil
	case view.QuizReport:
		return QuizReport(v), nil
	case view.Mistakes:
		return Mistakes(v), nil
	case view.Mistake:
		return Mistake(v), nil
	case view.Review:
		return Review(v), nil
	case view.Notes:
		return Notes(v), nil
	case view.KeepPage:
		return KeepPage(v), nil
	case view.Login:
		return Login(v), nil
	case view.CardOwner:
		return CardOwner(v), nil
	case view.Shared:
		return Shared(v), nil
	case view.GuestWork:
		return GuestWork(v), nil
	case view.TakeHome:
		return TakeHome(v), nil
	case view.Return:
		return Return(v), nil
	case view.TakeRule:
		return TakeRule(v), nil
	case view.Clock:
		return Clock(v), nil
	case view.Hours:
		return Hours(v), nil
	case view.Claim:
		return Claim(v), nil
	case view.TeachHome:
		return TeachHome(v), nil
	case view.Paper:
		return Paper(v), nil
	case view.PaperQuestions:
		return PaperQuestions(v), nil
	case view.AnswerCards:
		return AnswerCards(v), nil
	case view.PaperAsk:
		return PaperAsk(v), nil
	case view.PaperSheet:
		return PaperSheet(v), nil
	case view.PaperScan:
		return PaperScan(v), nil
	case view.PaperMarks:
		return PaperMarks(v), nil
	case view.TeachClass:
		return TeachClass(v), nil
	case view.TeachLearner:
		return TeachLearner(v), nil
	case view.Report:
		return Report(v), nil
	case view.SkillMap:
		return SkillMap(v), nil
	case view.ClassWork:
		return ClassWork(v), nil
	case view.NewWork:
		return NewWork(v), nil
	case view.ComposeLesson:
		return ComposeLesson(v), nil
	case view.ComposeQuiz:
		return ComposeQuiz(v), nil
	case view.CloseQuiz:
		return CloseQuiz(v), nil
	case view.QuizPreview:
		return QuizPreview(v), nil
	case view.Pick:
		return Pick(v), nil
	case view.AdminHome:
		return AdminHome(v), nil
	case view.ClassPeople:
		return ClassPeople(v), nil
	case view.PersonPage:
		return PersonPage(v), nil
	case view.RosterImport:
		return RosterImport(v), nil
	case view.RosterPlan:
		return RosterPlan(v), nil
	case view.Twins:
		return Twins(v), nil
	case view.Training:
		return Training(v), nil
	case view.SchoolCalendar:
		return SchoolCalendar(v), nil
	case view.SchoolYear:
		return SchoolYear(v), nil
	case view.ClassList:
		return ClassList(v), nil
	case view.AdminPeople:
		return AdminPeople(v), nil
	case view.Cards:
		return Cards(v), nil
	case view.RecoverySheet:
		return RecoverySheet(v), nil
	case view.Recover:
		return Recover(v), nil
	case view.Boxes:
		return Boxes(v), nil
	case view.Settle:
		return Settle(v), nil
	case view.Backup:
		return Backup(v), nil
	case view.AdminContent:
		return AdminContent(v), nil
	case view.Catalogue:
		return Catalogue(v), nil
	case view.ContentPlan:
		return ContentPlan(v), nil
	case view.Gallery:
		return Gallery(v), nil
	}
	return nil, fmt.Errorf("ui: %T is no page", v)
}

// framedSample is a ready page in its frame, as the server joins them.
func framedSample(w io.Writer, v view.PageFrame) error {
	top, bottom, err := PageFrame(v)
	if err != nil {
		return err
	}
	const article = `<article lang="en" dir="ltr"><h1>What is ten?</h1><p>Hold up both hands. Count your fingers: one, two, three … ten.</p>` +
		`<h2>Ten mangoes</h2><p>A row of five and a row of five make ten.</p><ul><li>5 and 5 make 10</li><li>6 and 4 make 10</li></ul>` +
		`<table><thead><tr><th>one</th><th>other</th></tr></thead><tbody><tr><td>7</td><td>3</td></tr></tbody></table></article>`
	_, err = fmt.Fprintf(w, "%s%s%s", bytes.Join(top, nil), article, bytes.Join(bottom, nil))
	return err
}

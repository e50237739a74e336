package ui

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// Show renders any page of package view: what the gallery shows of a view.Sample. Another type is an error when rendered.
func Show(page any) templ.Component {
	switch v := page.(type) {
	case view.Home:
		return Home(v)
	case view.Library:
		return Library(v)
	case view.Course:
		return Course(v)
	case view.Resource:
		return Resource(v)
	case view.Article:
		return Article(v)
	case view.Book:
		return Book(v)
	case view.PageFrame:
		return framedSample(v)
	case view.Progress:
		return Progress(v)
	case view.Search:
		return Search(v)
	case view.LicencePage:
		return LicencePage(v)
	case view.Error:
		return Error(v)
	case view.Settings:
		return Settings(v)
	case view.Exercise:
		return Exercise(v)
	}
	return showStaff(page)
}

func showStaff(page any) templ.Component {
	switch v := page.(type) {
	case view.Login:
		return Login(v)
	case view.Claim:
		return Claim(v)
	case view.TeachHome:
		return TeachHome(v)
	case view.TeachClass:
		return TeachClass(v)
	case view.TeachLearner:
		return TeachLearner(v)
	case view.AdminHome:
		return AdminHome(v)
	case view.AdminPeople:
		return AdminPeople(v)
	case view.Cards:
		return Cards(v)
	case view.AdminPeers:
		return AdminPeers(v)
	case view.AdminLibrary:
		return AdminLibrary(v)
	case view.Gallery:
		return Gallery(v)
	}
	return templ.ComponentFunc(func(context.Context, io.Writer) error { return fmt.Errorf("ui: no page for %T", page) })
}

// framedSample is a ready page in its frame, as the server joins them.
func framedSample(v view.PageFrame) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		top, bottom, err := PageFrame(v)
		if err != nil {
			return err
		}
		const article = `<article lang="en" dir="ltr"><h1>What is ten?</h1><p>Hold up both hands. Count your fingers: one, two, three … ten.</p>` +
			`<h2>Ten mangoes</h2><p>A row of five and a row of five make ten.</p><ul><li>5 and 5 make 10</li><li>6 and 4 make 10</li></ul>` +
			`<table><thead><tr><th>one</th><th>other</th></tr></thead><tbody><tr><td>7</td><td>3</td></tr></tbody></table></article>`
		_, err = w.Write(append(append(top, article...), bottom...))
		return err
	})
}

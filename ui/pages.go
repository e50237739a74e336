package ui

import (
	"fmt"
	"io"

	"context"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

// Page renders any of the structs of package view as its page; a view.PageFrame comes with an empty article. The error
// is for a value that is no page.
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
	case view.Article:
		return Article(v), nil
	case view.Book:
		return Book(v), nil
	case view.PageFrame:
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return emptyArticle(w, v) }), nil
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
	case view.Exercise:
		return Exercise(v), nil
	case view.Login:
		return Login(v), nil
	case view.Claim:
		return Claim(v), nil
	case view.TeachHome:
		return TeachHome(v), nil
	case view.TeachClass:
		return TeachClass(v), nil
	case view.TeachLearner:
		return TeachLearner(v), nil
	case view.AdminHome:
		return AdminHome(v), nil
	case view.AdminPeople:
		return AdminPeople(v), nil
	case view.Cards:
		return Cards(v), nil
	case view.AdminPeers:
		return AdminPeers(v), nil
	case view.AdminLibrary:
		return AdminLibrary(v), nil
	case view.Gallery:
		return Gallery(v), nil
	}
	return nil, fmt.Errorf("ui: %T is no page", v)
}

func emptyArticle(w io.Writer, v view.PageFrame) error {
	top, bottom, err := PageFrame(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s<article><h1>…</h1></article>%s", top, bottom)
	return err
}

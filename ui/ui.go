// Package ui has the templ components: a view model in one language becomes HTML; static files under names that change with content.
//
// A page is a function that takes its view struct and returns a templ.Component:
//
//	err := ui.Library(view.Library{Frame: frame, Courses: cards}).Render(r.Context(), w)
//
// Pages are whole documents without inline script or style, so they work under the content security policy CSP.
package ui

package server

import (
	"context"

	"lamplight/content"
	"lamplight/content/library"
)

// Publish installs a course that was compiled here as the edition of its id, whole or not at all, and offers it to the other
// boxes of the school. It implements web.Node.
func (s *Server) Publish(ctx context.Context, p *content.Plan) error {
	if _, err := s.Library.InstallPlan(ctx, p, library.ImportOptions{}); err != nil {
		return err
	}
	return s.OfferCourses(ctx)
}

/// A run as one page of HTML: its figures as drawings, and all that is needed to repeat it.
package dev.computepool.train.report;

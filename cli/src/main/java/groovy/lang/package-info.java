/// A name that picocli looks for.
package groovy.lang;

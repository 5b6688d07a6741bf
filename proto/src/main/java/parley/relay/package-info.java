/// The mechanics of the long streams between services: one writer per stream that joins what is
/// waiting into one frame and respects the transport's flow control, and the server both services
/// run. What the frames mean is not known here.
@NullMarked
package parley.relay;

import org.jspecify.annotations.NullMarked;

package parley.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A picture of how something grows, as SVG: one line, both axes logarithmic, so that a cost which
/// grows in proportion rises by one decade in one.
final class Plot {

  /// One point of the line.
  record Point(double x, double y) {}

  private static final int WIDTH = 460;
  private static final int HEIGHT = 260;
  private static final int LEFT = 64;
  private static final int BOTTOM = 44;
  private static final int TOP = 28;
  private static final int RIGHT = 16;

  private final double lowX;
  private final double highX;
  private final double lowY;
  private final double highY;

  private Plot(List<Point> points) {
    lowX = decade(points.stream().mapToDouble(Point::x).min().orElse(1), false);
    highX = Math.max(lowX + 1, decade(points.stream().mapToDouble(Point::x).max().orElse(1), true));
    lowY = decade(points.stream().mapToDouble(Point::y).min().orElse(1), false);
    highY = Math.max(lowY + 1, decade(points.stream().mapToDouble(Point::y).max().orElse(1), true));
  }

  private static double decade(double value, boolean up) {
    double log = Math.log10(value);
    return up ? Math.ceil(log) : Math.floor(log);
  }

  /// @param points positive, in the order of x
  static String svg(String title, String x, List<Point> points) {
    Plot plot = new Plot(points);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"11\">%n"
                + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT));
    text(svg, LEFT, 16, "start", title);
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", x);
    plot.grid(svg);
    svg.append("<polyline fill=\"none\" stroke=\"#0b6\" stroke-width=\"2\" points=\"")
        .append(
            points.stream()
                .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", plot.x(p.x), plot.y(p.y)))
                .collect(Collectors.joining(" ")))
        .append("\"/>\n");
    for (Point point : points) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#0b6\"/>%n",
              plot.x(point.x),
              plot.y(point.y)));
      text(svg, plot.x(point.x) + 4, plot.y(point.y) - 5, "start", number(point.y));
    }
    return svg.append("</svg>\n").toString();
  }

  private void grid(StringBuilder svg) {
    for (double decade = lowX; decade <= highX; decade++) {
      double at = x(Math.pow(10, decade));
      line(svg, at, TOP, at, HEIGHT - BOTTOM);
      text(svg, at, HEIGHT - BOTTOM + 14, "middle", number(Math.pow(10, decade)));
    }
    for (double decade = lowY; decade <= highY; decade++) {
      double at = y(Math.pow(10, decade));
      line(svg, LEFT, at, WIDTH - RIGHT, at);
      text(svg, LEFT - 6, at + 4, "end", number(Math.pow(10, decade)));
    }
  }

  private double x(double value) {
    return LEFT + (Math.log10(value) - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (Math.log10(value) - lowY) / (highY - lowY) * (HEIGHT - BOTTOM - TOP);
  }

  private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            text));
  }

  private static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value).replaceAll("\\.?0+$", "");
  }
}

# One image for all services: SERVICE is edge, core-service or presence-service.
# A first draft: the jars are built outside (`mvn -DskipTests package`) and copied in.
FROM eclipse-temurin:25-jre
ARG SERVICE
WORKDIR /parley
COPY ${SERVICE}/target/libs libs
COPY ${SERVICE}/target/parley-${SERVICE}.jar service.jar
USER 10001
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "service.jar"]

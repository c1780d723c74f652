package io.roomcast.it.requirement;

final class ChromiumCondition extends ToolCondition {

    @Override
    String toInstall() {
        return "Chromium (the program chromium, chromium-browser or google-chrome)";
    }

    @Override
    boolean isThere() {
        return Chromium.find().isPresent();
    }
}

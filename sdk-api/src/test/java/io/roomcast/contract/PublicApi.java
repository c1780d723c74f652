package io.roomcast.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down what a module offers: every name that somebody else's code could use, in a fixed order, one per line. */
final class PublicApi {

    private final StringBuilder text = new StringBuilder();

    private PublicApi() {}

    /** Returns the public API of the compiled classes of a folder. */
    static String of(Path classes) {
        PublicApi api = new PublicApi();
        topLevelTypes(classes).forEach(type -> api.type(type, ""));
        return api.text.toString();
    }

    private static List<Class<?>> topLevelTypes(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class"))
                    .filter(file -> !file.contains("$") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .<Class<?>>map(PublicApi::load)
                    .filter(type -> Modifier.isPublic(type.getModifiers()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " is among the classes and cannot be loaded", e);
        }
    }

    private void type(Class<?> type, String indent) {
        text.append(indent).append(heading(type)).append(" {\n");
        String inner = indent + "    ";
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                text.append(inner).append(constant).append('\n');
            }
        }
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isOffered(field.getModifiers(), field.isSynthetic()) && !field.isEnumConstant()) {
                members.add(field(field));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isOffered(constructor.getModifiers(), constructor.isSynthetic())) {
                members.add(modifiers(constructor.getModifiers()) + type.getSimpleName() + parameters(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isOffered(method.getModifiers(), method.isSynthetic())) {
                members.add(method(method));
            }
        }
        Collections.sort(members);
        members.forEach(member -> text.append(inner).append(member).append('\n'));

        Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> isOffered(nested.getModifiers(), nested.isSynthetic()))
                .sorted((one, other) -> one.getName().compareTo(other.getName()))
                .forEach(nested -> type(nested, inner));
        text.append(indent).append("}\n");
    }

    private static boolean isOffered(int modifiers, boolean synthetic) {
        return !synthetic && (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers));
    }

    private static String heading(Class<?> type) {
        int modifiers = type.getModifiers();
        String kind;
        if (type.isAnnotation()) {
            kind = "annotation";
        } else if (type.isInterface()) {
            kind = type.isSealed() ? "sealed interface" : "interface";
        } else if (type.isEnum()) {
            kind = "enum";
        } else if (type.isRecord()) {
            kind = "record";
        } else {
            kind = (Modifier.isAbstract(modifiers) ? "abstract " : "")
                    + (Modifier.isFinal(modifiers) ? "final " : "")
                    + (type.isSealed() ? "sealed " : "") + "class";
        }
        String name = type.isMemberClass() ? type.getSimpleName() : type.getName();
        String above = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass())
                                .filter(parent -> parent != Object.class
                                        && parent != Record.class
                                        && !type.isEnum()
                                        && !type.isAnnotation()),
                        Arrays.stream(type.getGenericInterfaces()).filter(parent -> !type.isAnnotation()))
                .map(PublicApi::name)
                .collect(Collectors.joining(", "));
        return kind + " " + name + typeParameters(type.getTypeParameters()) + (above.isEmpty() ? "" : " : " + above);
    }

    private static String field(Field field) {
        return modifiers(field.getModifiers())
                + type(field.getAnnotatedType())
                + " "
                + field.getName()
                + constantValue(field);
    }

    /** A compiler copies the value of a constant into the classes that use it: changing it is a change of the API. */
    private static String constantValue(Field field) {
        int modifiers = field.getModifiers();
        boolean copied = field.getType().isPrimitive() || field.getType() == String.class;
        if (!copied || !Modifier.isStatic(modifiers) || !Modifier.isFinal(modifiers)) {
            return "";
        }
        try {
            return " = " + field.get(null);
        } catch (IllegalAccessException e) {
            return "";
        }
    }

    private static String method(Method method) {
        String failures = Arrays.stream(method.getGenericExceptionTypes())
                .map(PublicApi::name)
                .sorted()
                .collect(Collectors.joining(", "));
        String typeParameters = typeParameters(method.getTypeParameters());
        return modifiers(method.getModifiers())
                + (method.isDefault() ? "default " : "")
                + (typeParameters.isEmpty() ? "" : typeParameters + " ")
                + type(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + parameters(method)
                + (failures.isEmpty() ? "" : " throws " + failures);
    }

    private static String modifiers(int modifiers) {
        return (Modifier.isProtected(modifiers) ? "protected " : "")
                + (Modifier.isStatic(modifiers) ? "static " : "")
                + (Modifier.isAbstract(modifiers) ? "abstract " : "")
                + (Modifier.isFinal(modifiers) ? "final " : "");
    }

    private static String parameters(Executable executable) {
        Parameter[] parameters = executable.getParameters();
        List<String> written = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            String type = type(parameters[i].getAnnotatedType());
            if (executable.isVarArgs() && i == parameters.length - 1) {
                type = type.substring(0, type.length() - "[]".length()) + "...";
            }
            written.add(type);
        }
        return "(" + String.join(", ", written) + ")";
    }

    private static String type(AnnotatedType type) {
        return (type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "") + name(type.getType());
    }

    private static String typeParameters(TypeVariable<?>[] variables) {
        if (variables.length == 0) {
            return "";
        }
        return Arrays.stream(variables)
                .map(variable -> {
                    String bounds = Arrays.stream(variable.getBounds())
                            .filter(bound -> bound != Object.class)
                            .map(PublicApi::name)
                            .collect(Collectors.joining(" & "));
                    return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
                })
                .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String name(Type type) {
        return type.getTypeName().replace("java.lang.", "").replace('$', '.');
    }
}

package io.roomcast.testkit.junit;

import io.roomcast.testkit.TestCluster;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstances;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** The field of a test class that makes its cluster. */
record BuilderField(Field field) {

    /** Returns the field of a test class, or of the nearest class around it that has one. */
    static Optional<BuilderField> of(Class<?> testClass) {
        for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
            List<Field> fields = ReflectionSupport.findFields(
                    type, field -> field.getType() == TestCluster.Builder.class, HierarchyTraversalMode.BOTTOM_UP);
            if (fields.size() > 1) {
                throw new ExtensionConfigurationException("class " + type.getName() + " has " + fields.size()
                        + " fields of type TestCluster.Builder, expected one");
            }
            if (!fields.isEmpty()) {
                return Optional.of(new BuilderField(fields.get(0)));
            }
        }
        return Optional.empty();
    }

    boolean isStatic() {
        return Modifier.isStatic(field.getModifiers());
    }

    boolean isOf(Class<?> testClass) {
        return field.getDeclaringClass().isAssignableFrom(testClass);
    }

    /** Returns what the field holds. */
    TestCluster.Builder builder(ExtensionContext context) {
        Object owner = null;
        if (!isStatic()) {
            List<Object> instances = new ArrayList<>(context.getTestInstances()
                    .map(TestInstances::getAllInstances)
                    .orElseThrow(() -> new ExtensionConfigurationException("the field " + field
                            + " belongs to an instance, and there is none yet: make it static to have one cluster for the"
                            + " whole class, or ask for the cluster in the test")));
            owner = instances.stream()
                    .filter(instance -> isOf(instance.getClass()))
                    .reduce((outer, inner) -> inner)
                    .orElseThrow();
        }
        try {
            field.setAccessible(true);
            Object builder = field.get(owner);
            if (builder == null) {
                throw new ExtensionConfigurationException("the field " + field + " is null, expected a builder");
            }
            return (TestCluster.Builder) builder;
        } catch (IllegalAccessException closed) {
            throw new ExtensionConfigurationException("the field " + field + " cannot be read", closed);
        }
    }
}
